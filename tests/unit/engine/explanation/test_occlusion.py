"""Leaving words out: a planted word is found, with the figure worked out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import InputError
from engine.explanation.occlusion import MOST_PARTS, explain_by_leaving_out, leave_out
from engine.explanation.results import TextExplanation

LABELS = ("no", "yes")


def predict(texts: Sequence[str]) -> NDArray[np.float32]:
    """A model that knows two words: “plum” makes yes 0.9, “stone” beside it makes it 0.8; else 0.3."""
    shares = [0.8 if "plum" in t and "stone" in t else 0.9 if "plum" in t else 0.3 for t in texts]
    return np.array([[1 - share, share] for share in shares], dtype=np.float32)


def odds(share: float) -> float:
    return math.log(share / (1 - share))


def test_a_planted_word_is_found() -> None:
    found = explain_by_leaving_out(predict, "A ripe plum, with a stone in it.", LABELS)
    assert (found.method, found.label) == ("occlusion", "yes")
    assert found.probability == pytest.approx(0.8, abs=1e-6)
    plum, stone = found.terms
    assert (plum.text, stone.text) == ("plum", "stone")
    assert plum.value == pytest.approx(odds(0.8) - odds(0.3), abs=1e-5)
    assert stone.value == pytest.approx(odds(0.8) - odds(0.9), abs=1e-5)
    assert plum.probability == pytest.approx(0.3, abs=1e-6)
    assert "".join(piece.text for piece in found.pieces) == "A ripe plum, with a stone in it."
    assert {piece.value for piece in found.pieces if piece.text == "ripe"} == {0.0}


def test_what_speaks_for_another_class_speaks_against_the_answer() -> None:
    for_no = explain_by_leaving_out(predict, "a plum", LABELS, target=0)
    assert for_no.label == "no"
    assert for_no.terms[0].value == pytest.approx(odds(0.1) - odds(0.7), abs=1e-5)


def test_a_long_text_is_asked_in_a_bounded_number_of_texts() -> None:
    text = " ".join(["word"] * 200 + ["plum"] + ["word"] * 5_000)
    plan = leave_out(text)
    assert len(plan.asked()) <= MOST_PARTS + 1
    found = plan.explained(predict(plan.asked()), LABELS)
    assert "plum" in found.terms[0].text
    assert len(found.terms) == 1
    assert (found.words_each, found.words_read, found.words) == (8, 384, 5_201)


def test_a_certain_model_gives_finite_figures() -> None:
    sure = explain_by_leaving_out(lambda texts: np.array([[0.0, 1.0]] * len(texts), dtype=np.float32), "so", LABELS)
    assert sure.value == pytest.approx(odds(1 - 1e-6))
    assert sure.terms == ()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no words"):
        leave_out(text)


def test_it_survives_json() -> None:
    found = explain_by_leaving_out(predict, "A ripe plum", LABELS)
    assert TextExplanation.from_dict(found.as_dict()) == found
