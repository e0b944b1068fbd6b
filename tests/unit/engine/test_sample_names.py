"""Names of sample ideas: in the reader's language while nobody has renamed them, wherever they are read."""

from dataclasses import dataclass, field
from typing import Any

from engine.data.sample_ideas import load_portfolio
from engine.wording import speaking
from engine.wording.samples import SAMPLE_NAMES, named, typed_name


@dataclass(frozen=True)
class Row:
    """Like those that pages read."""

    slug: str
    name: str
    figures: tuple[tuple[int, float], ...] = ((1, 2.0),)
    inside: tuple[Any, ...] = field(default=())


@dataclass(frozen=True)
class Data:
    """Like a data set."""

    name: str
    products: tuple[str, ...]


def test_the_names_are_those_of_the_portfolio() -> None:
    assert {idea.slug: idea.name for idea in load_portfolio()} == SAMPLE_NAMES


def test_an_untouched_sample_is_named_in_the_readers_language() -> None:
    row = Row("support-triage", "Support triage", inside=(Data("Mail risk filter", ("x", "mail-risk-filter")),))
    with speaking("zh_CN"):
        said = named([row])[0]
        assert (said.name, said.inside[0].name) == ("客服工单分派", "邮件风险过滤")
        assert named({1: ("support-triage", "Support triage")}) == {1: ("support-triage", "客服工单分派")}
        assert named({"support-triage": "Support triage", "mine": "Mine"}) == {
            "support-triage": "客服工单分派",
            "mine": "Mine",
        }
    assert named([row])[0] is row


def test_what_people_called_an_idea_stays() -> None:
    rows = [Row("support-triage", "Costs"), Row("support-triage-2", "Support triage")]
    with speaking("zh_CN"):
        assert named(rows) is rows


def test_a_name_that_comes_back_from_a_form_stays_what_it_was() -> None:
    with speaking("zh_CN"):
        assert typed_name("support-triage", "客服工单分派") == "Support triage"
        assert typed_name("support-triage", "客服") == "客服"
        assert typed_name("mine", "客服工单分派") == "客服工单分派"
