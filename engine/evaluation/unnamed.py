"""Answers that name no class count as wrong.

A score needs a class for every answer. One that names none is booked as the class that the naive model always says, or,
where that would be right, as the class after it: so it is never right, and the same in every run.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.stored import Predictions


def unnamed(probabilities: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Rows that prefer no class to any other."""
    return np.asarray(probabilities.max(axis=1) == probabilities.min(axis=1))


def with_wrong_answers(predictions: Predictions, naive: int) -> Predictions:
    """The predictions with a wrong class wherever none was named; of a single class nothing can be wrong."""
    rows = np.flatnonzero(unnamed(predictions.probabilities))
    if not len(rows) or predictions.classes < 2:
        return predictions
    booked = np.where(predictions.y[rows] == naive, (naive + 1) % predictions.classes, naive)
    probabilities = predictions.probabilities.copy()
    probabilities[rows] = 0.0
    probabilities[rows, booked] = 1.0
    return replace(predictions, probabilities=probabilities)
