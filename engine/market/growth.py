"""Growth of a market in a year, by a forecast of its demand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.interval import Interval
from engine.market.calendar import A_YEAR, kind_of
from engine.market.scores import score


def growth_per_year(
    y: Sequence[float], freq: str, y_hat: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> tuple[Interval, int] | None:
    """Mean of the next year's forecast over the mean of the same points a year before, minus 1; and its points.

    A horizon shorter than a year is compared with the same steps a year before, so that no season is taken for growth.
    None where not a whole year was seen, where points are closer than an hour, or where the past is not above 0. The
    ends combine all low and all high points, so the interval is wider than 90 %.
    """
    year = A_YEAR.get(kind_of(freq))
    if year is None or len(y) < year:
        return None
    points = min(year, len(y_hat))
    before = float(np.mean(np.asarray(y[-year:], dtype=float)[:points]))
    if before <= 0:
        return None

    def change(values: Sequence[float]) -> float:
        return float(np.mean(np.asarray(values, dtype=float)[:points])) / before - 1

    return Interval(change(y_hat), change(low), change(high)), points


def graded(actual: dict[str, float], forecast: Any, scale: float) -> dict[str, Any] | None:
    """A grade of those moments of a stored forecast that have come; None where none has.

    forecast: has ds, y_hat, lo_90, hi_90 and naive, each one a step. `scale` is `naive_scale` of what it knew.
    """
    came = [i for i, moment in enumerate(forecast.ds) if moment in actual]
    if not came:
        return None
    y = [actual[forecast.ds[i]] for i in came]
    middle, low, high = ([part[i] for i in came] for part in (forecast.y_hat, forecast.lo_90, forecast.hi_90))
    found = score(y, middle, low, high, scale).as_dict()
    naive = np.abs(np.asarray(y) - np.asarray([forecast.naive[i] for i in came]))
    return {**found, "naive_mae": float(naive.mean())}
