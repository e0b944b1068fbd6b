"""The first reading of a document, near-duplicates, and change points."""

import numpy as np
import pytest

from engine.market.changes import change_points
from engine.market.novelty import SAME, nearest, shingles, signature
from engine.market.reading import FIELDS, classified_text, language_of, read
from engine.market.vocabulary import LANGUAGES, vocabulary


@pytest.mark.parametrize(
    ("title", "dimension", "direction", "region"),
    [
        ("EU regulators fine a chatbot maker under the AI Act", "policy", "threat", "EU"),
        ("New open-source language model runs on smartphones", "technology", "opportunity", "other"),
        ("Sales surge as retailers cut prices, shares rise", "market", "opportunity", "other"),
        ("国务院发布条例，禁止违规收集个人信息并处以罚款", "policy", "threat", "China"),
        ("我国企业研制成功新型芯片技术", "technology", "opportunity", "China"),
        ("Grandmother knits a scarf for her cat", "none", "opportunity", "other"),
    ],
)
def test_plain_cases_are_read_as_a_person_would(title: str, dimension: str, direction: str, region: str) -> None:
    fields = read(title, "", 2026).fields
    assert fields["dimension"].value == dimension
    assert fields["region"].value == region
    if dimension != "none":
        assert fields["direction"].value == direction
    else:
        assert fields["direction"].p == 0.5, "nothing speaks for either"


def test_every_field_has_shares_that_sum_to_one() -> None:
    found = read("Court bans app", "The ban takes effect in 2030.", 2026)
    assert tuple(found.fields) == FIELDS
    for choice in found.fields.values():
        assert sum(choice.shares.values()) == pytest.approx(1.0)
        assert choice.p == max(choice.shares.values())


def test_a_far_year_is_a_far_horizon() -> None:
    near, far = (read("Plans for a rule", text, 2026).fields["horizon"] for text in ("", "from 2035 on"))
    assert far.shares["later"] > near.shares["later"]


def test_a_classifier_speaks_for_the_dimension() -> None:
    shares = {"technology": 0.1, "market": 0.7, "policy": 0.1, "none": 0.1}
    assert read("Court bans app", "", 2026, shares).fields["dimension"].value == "market"


def test_languages_are_told_apart_and_others_are_read_as_english() -> None:
    assert language_of("市场价格上涨") == "zh"
    assert language_of("Les prix montent et les ventes baissent dans les magasins") == "en"


def test_a_title_is_not_read_twice() -> None:
    assert classified_text("A title", "A title\nand text") == "A title\nand text"
    assert classified_text("A title", "A title") == "A title"


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_words_for_everything(language: str) -> None:
    words, other = vocabulary(language), vocabulary("en")
    for part in ("dimensions", "direction", "sentiment", "regions", "horizon", "impact", "topics"):
        assert list(getattr(words, part).groups) == list(getattr(other, part).groups)


ENGLISH = "The commission fined three makers of chatbots on Friday for training on personal data without consent."
CHINESE = "国家网信办周五公布生成式人工智能服务管理办法，要求提供者在上线之前完成备案并标注生成内容。"


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_a_retold_report_is_the_same_and_another_is_not(text: str) -> None:
    retold, other = text[:-8] + ("!" if text is ENGLISH else "。"), text[::-1]
    found, likeness = nearest(signature(text), [(7, signature(other)), (9, signature(retold))])
    assert found == 9 and likeness >= SAME
    assert nearest(signature(text), [(7, signature(other))])[1] < SAME
    assert nearest(signature(text), []) == (None, 0.0)


def test_the_estimate_is_near_the_true_jaccard_index() -> None:
    """MinHash estimates |A & B| / |A | B| without bias (Broder, 1997); 128 hashes: standard error at most .044."""
    other = ENGLISH.replace("three makers of chatbots", "two sellers of chatbots")
    a, b = shingles(ENGLISH), shingles(other)
    assert nearest(signature(ENGLISH), [(1, signature(other))])[1] == pytest.approx(len(a & b) / len(a | b), abs=0.13)


def test_chinese_is_shingled_by_characters() -> None:
    assert shingles("人工智能服务") == {"人工智", "工智能", "智能服", "能服务"}
    assert shingles("one two three") == {"one two", "two three"}


def test_a_step_is_found_where_it_is_and_noise_has_none() -> None:
    noise = np.random.default_rng(1).normal(0, 1, 40)
    step = noise.copy()
    step[22:] += 6
    (found,) = change_points(step.tolist())
    assert found.place == 22 and found.after - found.before == pytest.approx(6, abs=0.8)
    assert change_points(noise.tolist()) == []
    assert change_points([5.0] * 20) == [] and change_points([1.0, 9.0]) == []
