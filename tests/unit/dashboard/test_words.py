"""Texts: what people wrote is shown letter for letter, errors are translated whole, marked texts are found."""

import ast
import gettext
from dataclasses import dataclass

import pytest

from dashboard import i18n
from dashboard.components.errors import message
from dashboard.components.forms import labelled
from dashboard.components.text import one_line, plain, sentences
from dashboard.i18n import speaking, translate
from engine import wording
from engine.errors import N_, ConfigError, DataError, InputError
from engine.spec import build_config, setting


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**bold** [x](http://a)", r"\*\*bold\*\* \[x\]\(http\://a\)"),
        ("a | b <i>", r"a \| b \<i\>"),
        (":red[x] $1$", r"\:red\[x\] \$1\$"),
        ("line\none  two", "line one two"),
        ("12\u00a0ms", "12\u00a0ms"),
    ],
)
def test_markdown_shows_what_people_wrote(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_long_texts_end_in_an_ellipsis() -> None:
    assert plain("x" * 30, 10) == "x" * 9 + "…"


def test_chinese_words_do_not_break_and_bold_ends_before_a_space() -> None:
    assert one_line("宏平均 F1") == "宏\u2060平\u2060均\u00a0F1"
    with speaking("zh_CN"):
        assert sentences("**好。**", "", "完。") == "**好。**\u200a完。"
    assert sentences("**Good.**", "Done.") == "**Good.** Done."


def test_an_error_speaks_the_readers_language_with_its_values() -> None:
    error = DataError(N_("{file} is empty."), file="a.csv")
    assert message(error) == "a.csv is empty."
    with speaking("zh_CN"):
        assert "a.csv" in message(error) and message(error) != "a.csv is empty."


def test_an_error_whose_values_do_not_fit_is_shown_as_its_template() -> None:
    error = InputError("x")
    error.template = "{lost} is {gone}"
    assert message(error) == "{lost} is {gone}"


@dataclass(frozen=True)
class Config:
    """Two settings with rules."""

    rank: int = setting(8, "Rank", minimum=1)
    mode: str = setting("word", "Count", choices=("word", "char"))


def test_faults_name_settings_by_their_label_and_come_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        build_config(Config, {"rank": 0, "mode": "x"})
    texts = [message(fault) for fault in labelled(caught.value, Config).faults]
    assert sorted(texts) == ["“Count” must be one of word, char, not x.", "“Rank” must be at least 1, not 0."]


def test_marked_texts_are_found_inside_f_strings_too() -> None:
    source = 'f"**{_(\'Nothing.\')}** {x}"; _n("{n} run", "{n} runs", 2); N_("a" "b"); translate("c {d}", d=1); _(name)'
    wanted = ["Nothing.", ("{n} run", "{n} runs"), "ab", "c {d}"]
    assert sorted(i18n._marked(ast.parse(source)), key=str) == sorted(wanted, key=str)


def test_outside_a_session_texts_are_english_and_speaking_changes_them() -> None:
    assert translate("{n} h", n=2) == "2 h"
    with speaking("zh_CN"):
        assert translate("{n} h", n=2) != "2 h"
    assert isinstance(wording._translations("zh_CN"), gettext.GNUTranslations)


def test_a_language_without_a_catalogue_is_an_error_that_names_the_file() -> None:
    with pytest.raises(FileNotFoundError, match=r"xx.*prospectus\.po"):
        wording._translations("xx")


@pytest.mark.parametrize(("measure", "said"), [("宏平均 F1", "宏平均 F1 为 81%，"), ("准确率", "准确率为 81%，")])
def test_latin_letters_and_chinese_words_stand_apart(measure: str, said: str) -> None:
    with speaking("zh_CN"):
        written = translate("{measure} is {value}, the bar is {bar}.", measure=measure, value="81%", bar="88%")
    assert written.startswith(said)


def test_a_chinese_value_needs_no_space() -> None:
    with speaking("zh_CN"):
        assert translate("Is {name} good enough to build?", name="评论洞察").startswith("评论洞察值得")
        assert translate("Is {name} good enough to build?", name="Mine").startswith("Mine 值得")
