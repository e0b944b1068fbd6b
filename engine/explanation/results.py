"""What an explanation says: how much each part of an input spoke for the answer, and by which method.

Every method explains one figure of the answer and splits it over the parts of the input:

    log_odds    ln(p / (1 - p)) of the answer's probability: +1 multiplies its odds by 2.7
    score       the linear model's own score of the answer's class, before softmax

A positive part spoke for the answer, a negative one against it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_

Method = Literal["linear", "occlusion", "integrated_gradients", "saliency", "occlusion_pixels"]
METHODS: Mapping[str, str] = {
    "linear": N_(
        "Exact: each word’s weight in the model times its count in this text (coefficient × TF-IDF); with the "
        "class’s starting value they add up to the score."
    ),
    "occlusion": N_(
        "Leaving out: the part is taken out and the model asked again; its figure is how far the answer’s log-odds "
        "fall without it. Parts that say the same cover for each other, so the figures need not add up."
    ),
    "integrated_gradients": N_(
        "Integrated gradients: the answer’s log-odds, followed from padding to this text in small steps and split "
        "over its words; the figures add up to the difference."
    ),
    "saliency": N_(
        "Saliency: how strongly the answer’s log-odds would move with each pixel. It shows where the model looks, "
        "not whether a place speaks for or against."
    ),
    "occlusion_pixels": N_(
        "Covering: a patch is painted in the picture’s mean colour and the model asked again; its figure is how far "
        "the answer’s log-odds fall."
    ),
}
"""What each method does, in the words that stand beside its picture."""
MOST_TERMS = 8
CERTAIN = 1e-6
"""Probabilities nearer to 0 or 1 than this count as this: single precision holds no more."""
Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; `value` is None for what stands between words, and for what was not looked at."""

    text: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Term:
    """One of the strongest words."""

    text: str
    value: float
    probability: float | None = None
    """The answer's probability without it, where the method asked for that."""


@dataclass(frozen=True, slots=True)
class TextExplanation:
    """Why a model gave one answer to one text."""

    method: Method
    figure: Literal["log_odds", "score"]
    label: str
    """The answer that is explained."""
    probability: float
    value: float
    """The figure for the whole text."""
    base: float | None
    """The figure before any word: the class's starting value, or that of padding; None where there is none."""
    gap: float | None
    """value - base - the sum of the parts: 0 up to rounding where a method is exact; None where they need not add."""
    pieces: tuple[Piece, ...]
    """Joined they are the text as the model read it."""
    terms: tuple[Term, ...]
    """The strongest, strongest first."""
    words_each: int = 1
    """Words that were left out together."""
    words_read: int = 0
    """Words that were looked at, from the beginning."""
    words: int = 0
    """Words in the text."""

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"kind": "text"} | asdict(self)

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> "TextExplanation":
        """Read what `as_dict` wrote. Raises KeyError or TypeError for another shape."""
        values = {name: stored[name] for name in TextExplanation.__dataclass_fields__}
        values["pieces"] = tuple(Piece(**piece) for piece in stored["pieces"])
        values["terms"] = tuple(Term(**term) for term in stored["terms"])
        return TextExplanation(**values)


@dataclass(frozen=True, slots=True)
class PictureExplanation:
    """Why a model gave one answer to one picture: a figure for each cell of a grid laid over it, rows from the top."""

    method: Method
    label: str
    probability: float
    value: float
    """Log-odds of the answer for the whole picture."""
    grid: tuple[tuple[float, ...], ...]
    """In log-odds; saliency has no sign."""

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"kind": "picture"} | asdict(self)

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> "PictureExplanation":
        """Read what `as_dict` wrote. Raises KeyError or TypeError for another shape."""
        values = {name: stored[name] for name in PictureExplanation.__dataclass_fields__}
        values["grid"] = tuple(tuple(float(cell) for cell in row) for row in stored["grid"])
        return PictureExplanation(**values)


Explanation = TextExplanation | PictureExplanation


def explanation_from(stored: Mapping[str, Any]) -> Explanation:
    """Read either kind. Raises KeyError or TypeError for another shape."""
    if stored["kind"] == "picture":
        return PictureExplanation.from_dict(stored)
    return TextExplanation.from_dict(stored)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), with p kept CERTAIN away from 0 and 1."""
    kept = min(max(probability, CERTAIN), 1.0 - CERTAIN)
    return math.log(kept / (1.0 - kept))


def strongest(terms: Iterable[Term], most: int = MOST_TERMS) -> tuple[Term, ...]:
    """The terms of largest absolute value, equal ones by name; those that say nothing are left out."""
    ranked = sorted((term for term in terms if term.value), key=lambda term: (-abs(term.value), term.text))
    return tuple(ranked[:most])


def pieces_of(text: str, spans: Sequence[tuple[int, int]], values: Sequence[float]) -> tuple[Piece, ...]:
    """The text as pieces: each span with its value, and what stands between them without one."""
    found, at = [], 0
    for (start, end), value in zip(spans, values, strict=True):
        if start > at:
            found.append(Piece(text[at:start], None))
        found.append(Piece(text[start:end], float(value)))
        at = end
    if at < len(text):
        found.append(Piece(text[at:], None))
    return tuple(found)
