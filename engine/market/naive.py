"""The naive forecasts, and the scale by which errors of different series are compared."""

from typing import Any

import numpy as np


def seasonal_naive(y: Any, horizon: int, season_length: int) -> Any:
    """The last season again and again; where not even one season was seen, the last point."""
    season = season_length if len(y) >= season_length else 1
    last = np.asarray(y, dtype=float)[-season:]
    return np.tile(last, -(-horizon // season))[:horizon]


def naive_scale(y: Any, season_length: int) -> float:
    """Mean absolute difference to the point one season before: the denominator of MASE (Hyndman and Koehler 2006).

    Of a series shorter than a season and one point, to the point before. 0 for a series that never moves.
    """
    values = np.asarray(y, dtype=float)
    season = season_length if len(values) > season_length else 1
    return float(np.abs(values[season:] - values[:-season]).mean()) if len(values) > season else 0.0
