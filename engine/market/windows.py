"""Cuts histories into examples to learn from: a window of lags, the steps after it, all in the series' own scale.

Positive series are read as logarithms. Every example stands relative to its own seasonal naive forecast and to the
usual change of its window, so that one model can learn from series of any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.market.naive import naive_scale, seasonal_naive
from engine.spec.forecaster import History

SHORT_LAGS = 5
BEYOND_SEASON = 3
MOST_LAGS = 60
LOG_RANGE = 20.0
"""Forecasts of logarithms are held this close to 0, so that their powers stay numbers."""


def lags_for(histories: Sequence[History]) -> int:
    """How many past points an example shows: a season and a little more, if half of the histories are long enough."""
    season = max(history.season_length for history in histories)
    usual = int(np.median([len(history.y) for history in histories]))
    return max(3, min(season + BEYOND_SEASON if season > 1 else SHORT_LAGS, usual // 2, MOST_LAGS))


@dataclass(frozen=True, slots=True)
class Scaled:
    """One history, ready to be cut."""

    y: Any
    """Values or their logarithms."""
    logarithm: bool
    season_length: int

    def back(self, values: Any) -> Any:
        """In the unit of the history again."""
        return np.exp(np.clip(values, -LOG_RANGE, LOG_RANGE + 10)) if self.logarithm else values


def scaled(history: History) -> Scaled:
    """The history in logarithms where all of it is positive."""
    y = np.asarray(history.y, dtype=float)
    positive = bool((y > 0).all())
    return Scaled(np.log(y) if positive else y, positive, history.season_length)


@dataclass(frozen=True, slots=True)
class Example:
    """What is known at one origin."""

    window: Any
    """The last lags, relative to the mean of the last season, in units of `unit`."""
    naive: Any
    """Seasonal naive of each step, in the unit of `Scaled.y`."""
    level: float
    unit: float
    trend: float


def example(series: Scaled, origin: int, lags: int, horizon: int) -> Example:
    """The example whose first unknown point is `origin`."""
    seen = series.y[:origin]
    window = seen[-lags:]
    if len(window) < lags:
        window = np.concatenate([np.full(lags - len(window), window[0]), window])
    season = max(series.season_length, 1)
    recent, before = seen[-season:], seen[-2 * season : -season]
    level = float(recent.mean())
    usual = naive_scale(seen[-4 * max(season, lags) :], season)
    unit = usual if usual > 0 else max(float(np.abs(seen).mean()), 1.0) * 1e-3
    naive = seasonal_naive(seen, horizon, series.season_length)
    trend = (level - float(before.mean())) / unit if len(before) == season else 0.0
    return Example((window - level) / unit, naive, level, unit, trend)
