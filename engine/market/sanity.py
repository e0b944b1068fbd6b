"""A bound on what a forecast may say, and a mean that one member cannot spoil.

A model now and then explodes: a multiplied trend, a unit root too many. No such number reaches a screen: every forecast
is held within a bound that what came left in 6 of 468 windows of the competitions, and combinations leave extremes out.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

REACH = 3.0
"""How many times its own range of the last seasons a series may leave that range, by the end of the horizon."""
RECENT_SEASONS = 3
FEWEST_RECENT = 8


def bounded(forecast: Any, y: Any, season_length: int) -> Any:
    """The forecast held within the sanity bound of its history; never below 0 where the history never was."""
    low, high = bound(y, len(forecast), season_length)
    return np.clip(np.asarray(forecast, dtype=float), low, high)


def bound(y: Any, horizon: int, season_length: int) -> tuple[Any, Any]:
    """Lowest and highest believable number, step by step: the range widens as the square root of the step."""
    values = np.asarray(y, dtype=float)
    recent = values[-max(FEWEST_RECENT, RECENT_SEASONS * season_length) :]
    reach = max(float(np.ptp(recent)), float(np.abs(np.diff(values)).max()) if len(values) > 1 else 0.0)
    grows = REACH * reach * np.sqrt(np.arange(1, horizon + 1) / horizon)
    low, high = recent.min() - grows, recent.max() + grows
    return (np.maximum(low, 0.0) if values.min() >= 0 else low), high


def robust_mean(forecasts: Sequence[Any], weights: Sequence[float]) -> Any:
    """The weighted mean, each member first held between the second lowest and the second highest at every step.

    With three members or fewer: their median.
    """
    table = np.array(forecasts, dtype=float)
    if len(table) <= 3:
        return np.median(table, axis=0)
    ranked = np.sort(table, axis=0)
    share = np.asarray(weights, dtype=float) / np.sum(weights)
    return (np.clip(table, ranked[1], ranked[-2]) * share[:, None]).sum(axis=0)
