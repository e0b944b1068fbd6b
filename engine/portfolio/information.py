"""What it would be worth to know more before deciding. numpy only.

Expected value of perfect information (Raiffa & Schlaifer 1961) over all that is uncertain, and of perfect information
on one input alone (EVPPI) by regression of the decisions' values on it (Strong, Oakley & Brennan 2014).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DEGREE = 4
"""Of the polynomial in the ranks of the input: smooth enough for one input of a business model."""
FOLDS = 2


@dataclass(frozen=True, slots=True)
class Worth:
    """What knowing one input would be worth, in USD."""

    name: str
    usd: float
    share: float
    """Of the worth of knowing everything; 0 when that is worth nothing."""


def evpi(values: "Floats") -> float:
    """max over decisions once the path is known, less the best decision taken now.

    values: (decisions, paths); doing nothing is one of the decisions only when its row is there.
    """
    return max(0.0, float(values.max(axis=0).mean() - values.mean(axis=1).max()))


def evpi_of_states(values: "Floats", chances: "Floats") -> float:
    """The same for a few states with their chances; values: (decisions, states)."""
    return float((values.max(axis=0) * chances).sum() - (values * chances).sum(axis=1).max())


def evppi(values: "Floats", known: "Floats") -> float:
    """What it is worth to learn this one input: decisions are taken on their value as predicted from it.

    known: (paths,). Predictions are made for paths that the regression has not seen, since one that knows its own
    noise overstates the worth.
    """
    predicted = _predicted(values, known)
    chosen = predicted.argmax(axis=0)
    gained = values[chosen, np.arange(values.shape[1])].mean() - values.mean(axis=1).max()
    return float(min(max(0.0, gained), evpi(values)))


def evppi_of_one(values: "Floats", row: int, known: "Floats") -> float:
    """The same for an input that only one decision depends on: the others stay at their means."""
    means = values.mean(axis=1)
    others = float(np.delete(means, row).max()) if len(means) > 1 else -np.inf
    take = _predicted(values[row : row + 1], known)[0] > others
    gained = np.where(take, values[row], others).mean() - means.max()
    return float(min(max(0.0, gained), evpi(values)))


def _predicted(values: "Floats", known: "Floats") -> "Floats":
    """Each row's value as a polynomial in the ranks of the input, fitted on the other half of the paths."""
    paths = values.shape[1]
    place = np.argsort(np.argsort(known, kind="stable"), kind="stable") / max(1, paths - 1) * 2 - 1
    basis = np.polynomial.legendre.legvander(place, DEGREE)
    predicted = np.empty_like(values)
    fold = np.arange(paths) % FOLDS
    for part in range(FOLDS):
        seen = fold != part
        weights, *_rest = np.linalg.lstsq(basis[seen], values[:, seen].T, rcond=None)
        predicted[:, ~seen] = (basis[~seen] @ weights).T
    return predicted


def worths(values: "Floats", inputs: Mapping[str, tuple[int | None, "Floats"]]) -> list[Worth]:
    """Every input with what knowing it is worth, the most valuable first.

    inputs: by name the row of the one decision that depends on it (None when several do) and its sample.
    """
    whole = evpi(values)
    found = [
        (name, evppi(values, sample) if row is None else evppi_of_one(values, row, sample))
        for name, (row, sample) in inputs.items()
    ]
    found.sort(key=lambda item: (-item[1], item[0]))
    return [Worth(name, usd, usd / whole if whole > 0 else 0.0) for name, usd in found]
