"""Intervals by conformal scores, pooled across series: how far off were forecasts, relative to each series' scale?

A score is |y - f| / scale at one step of one past window, `scale` the mean seasonal-naive change of the history. Scores
of all series and windows are pooled; each step's typical size takes care of the horizon, so that few windows suffice.
What the pool lacks, scores of the competitions stand in for, and weigh as `PRIOR_WINDOWS` windows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.market.prior import prior_width

LEVEL = 0.9
PRIOR_WINDOWS = 4


@dataclass(frozen=True, slots=True)
class Widths:
    """Half-width of the 90 % interval of each step, in units of a series' scale."""

    steps: Any
    windows: int
    """How many windows of how many series they come from; 0 when from the competitions alone."""

    def around(self, middle: Any, scale: float, floor: float | None) -> tuple[Any, Any]:
        """Low and high ends; not below `floor`."""
        low, high = middle - self.steps * scale, middle + self.steps * scale
        return (np.maximum(low, floor) if floor is not None else low), high


def calibrated(scores: Sequence[Any], horizon: int, season_length: int, method: str) -> Widths:
    """Widths that 90 % of the pooled scores stay within; each score array has one number a step."""
    prior = prior_width(method, season_length, horizon)
    table = np.array([s for s in scores if np.isfinite(s).all()], dtype=float).reshape(-1, horizon)
    if not len(table):
        return Widths(prior, 0)
    own = _within(table)
    weight = len(table) / (len(table) + PRIOR_WINDOWS)
    return Widths(weight * own + (1 - weight) * prior, len(table))


def _within(table: Any) -> Any:
    typical = rising(table.mean(axis=0))
    typical = np.where(typical > 0, typical, max(float(typical.max()), 1e-12))
    return _quantile((table / typical).ravel()) * typical


def _quantile(scores: Any) -> float:
    """The ceil((n + 1) 0.9)-th smallest (Vovk et al. 2005), the largest when there are too few."""
    ranked = np.sort(scores)
    rank = int(np.ceil((len(ranked) + 1) * LEVEL))
    return float(ranked[min(rank, len(ranked)) - 1])


def rising(values: Any) -> Any:
    """The nearest sequence that never falls, in least squares (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in np.asarray(values, dtype=float):
        blocks.append((float(value), 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2], blocks[-1]
            blocks[-2:] = [((a * n + b * m) / (n + m), n + m)]
    return np.concatenate([np.full(count, value) for value, count in blocks])
