"""Units of a text: what is left out or coloured one at a time."""

import pytest

from engine.explanation.words import units, word_spans
from tests.unit.engine.inference.material import ODD


def words(text: str) -> list[str]:
    return [text[a:b] for a, b in word_spans(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The zip broke, don't buy!", ["The", "zip", "broke", ",", "don't", "buy", "!"]),
        ("手机很好 ok", ["手", "机", "很", "好", "ok"]),
        ("价格5折", ["价", "格", "5", "折"]),
        ("สวย", ["ส", "ว", "ย"]),
        ("  ", []),
        (":) :(", [":)", ":("]),
    ],
)
def test_words_of(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize("text", ODD)
def test_spans_stand_in_order_and_cover_all_but_space(text: str) -> None:
    at = 0
    for start, end in word_spans(text):
        assert not text[at:start].strip()
        assert start < end
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(("place", "left"), [(0, "bad day"), (1, "a day"), (2, "a bad")])
def test_a_word_leaves_with_one_of_its_spaces(place: int, left: str) -> None:
    assert units("a bad day", 10, 10).without(place) == left


def test_a_long_text_is_looked_at_in_groups_and_to_a_limit() -> None:
    text = " ".join(f"w{i}" for i in range(1000))
    found = units(text, 48, 384)
    assert (len(found.spans), found.words_each, found.read, found.words) == (48, 8, 384, 1000)
    assert text[slice(*found.spans[1])] == "w8 w9 w10 w11 w12 w13 w14 w15"
    assert text[slice(*found.spans[-1])].endswith("w383")
