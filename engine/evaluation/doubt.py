"""Which rows a person should look at: those a model is least sure of, and those whose label it doubts.

Uncertainty is the entropy of the class probabilities in parts of its largest value, ln(classes): 0 is sure, 1 says
nothing (Lewis and Gale, SIGIR 1994, call labelling by it uncertainty sampling).

Doubt in a given label is how much more probable the model's own answer is than that label. It means something only
for rows that the model has not learned from (Northcutt, Jiang, Chuang, JAIR 70, 2021).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.proportions import Share, wilson

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A labelled row that a model sees otherwise."""

    row: int
    label: int
    """The class it carries."""
    answer: int
    probability: float
    """Of the answer."""
    margin: float
    """Probability of the answer minus that of the label it carries."""


def uncertainty(probabilities: Floats) -> NDArray[np.float64]:
    """Entropy of each row of (n, classes) in parts of ln(classes)."""
    p = np.asarray(probabilities, dtype=np.float64)
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0)
    found: NDArray[np.float64] = -terms.sum(axis=1) / math.log(p.shape[1])
    return found


def doubts(rows: Sequence[int], labels: Sequence[int], probabilities: Floats) -> list[Doubt]:
    """The rows whose label is not the most probable class, the most confident contradiction first."""
    answers = np.argmax(probabilities, axis=1).tolist()
    found = [
        Doubt(int(row), int(label), answer, float(p[answer]), float(p[answer] - p[label]))
        for row, label, answer, p in zip(rows, labels, answers, probabilities, strict=True)
        if answer != label
    ]
    return sorted(found, key=lambda doubt: (-doubt.margin, doubt.row))


def agreement(one: Mapping[int, str], other: Mapping[int, str]) -> Share:
    """How often two say the same of the rows that both labelled, with the 95 % interval."""
    both = one.keys() & other.keys()
    return wilson(sum(one[row] == other[row] for row in both), len(both))
