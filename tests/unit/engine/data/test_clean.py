import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.clean import Row, deduplicate, normalise


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("  Good,\n GOOD!! ", "good good"),
        ("Ｆｕｌｌ－width　１２", "full width 12"),
        ("Straße", "strasse"),
        ("zero\u200bwidth", "zerowidth"),
        ("很好，喜欢。", "很好 喜欢"),
        ("😀 C++ costs $5", "😀 c++ costs $5"),
        (":)", ":)"),
        ("?!", "?!"),
        ("don't", "don t"),
    ],
)
def test_normalised_form(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


def test_each_row_leaves_for_one_reason() -> None:
    texts = ["Good", "Good", "good!", "Bad", "bad.", "bad.", "", "x"]
    labels = ["a", "a", "a", "a", "b", "b", "a", " "]
    cleaned = deduplicate(map(Row, range(2, 10), texts, labels))
    assert cleaned.kept == [Row(2, "Good", "a")]
    assert (cleaned.exact_duplicates, cleaned.normalised_duplicates) == (1, 1)
    assert (cleaned.conflicting_rows, cleaned.conflicting_texts) == (3, 1)
    assert (cleaned.missing_text, cleaned.missing_label) == (1, 1)


ROWS = st.lists(st.tuples(st.text("aAbB!. ", max_size=3), st.sampled_from(["x", "y", ""])), max_size=30)


@given(rows=ROWS)
def test_counts_add_up_and_kept_texts_are_unique(rows: list[tuple[str, str]]) -> None:
    cleaned = deduplicate(Row(line, text, label) for line, (text, label) in enumerate(rows))
    gone = cleaned.missing_text + cleaned.missing_label + cleaned.exact_duplicates
    gone += cleaned.normalised_duplicates + cleaned.conflicting_rows
    assert len(cleaned.kept) + gone == len(rows)
    keys = [normalise(row.text) for row in cleaned.kept]
    assert len(set(keys)) == len(keys)
    assert [row.line for row in cleaned.kept] == sorted(row.line for row in cleaned.kept)


@given(rows=ROWS)
def test_cleaning_twice_changes_nothing(rows: list[tuple[str, str]]) -> None:
    once = deduplicate(Row(line, text, label) for line, (text, label) in enumerate(rows)).kept
    assert deduplicate(once).kept == once


@given(text=st.text())
def test_normalising_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text) or not text.isascii()


def test_ascii_alone_takes_the_same_form_as_among_other_letters() -> None:
    chance = random.Random(1)
    for _ in range(2_000):
        text = "a" + "".join(chr(chance.randrange(128)) for _ in range(chance.randrange(40)))
        assert normalise(f"{text} e")[:-1] == normalise(f"{text} é")[:-1]
