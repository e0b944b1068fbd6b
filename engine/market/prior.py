"""What is known of methods before a series has spoken for itself: figures of the competitions' series.

Measured by `python -m benchmarks.forecasts report`, which prints this table anew: on windows that come before those
the report is about.
"""

from typing import Any

import numpy as np

PERIODS = {1: "yearly", 4: "quarterly", 12: "monthly"}
ERRORS: dict[str, float] = {
    "seasonal_naive": 1.0,
    "drift": 1.0,
    "auto_ets": 0.80,
    "auto_arima": 0.83,
    "auto_ces": 0.82,
    "auto_theta": 0.79,
    "boosted_lags": 0.82,
    "gru": 0.85,
    "lstm": 0.85,
    "fracast": 0.85,
    "combination": 0.75,
}
"""Mean absolute error relative to seasonal naive: the geometric mean over series and groups."""
FIRST: dict[str, float] = {"yearly": 2.2, "quarterly": 1.6, "monthly": 1.7}
LAST: dict[str, float] = {"yearly": 9.0, "quarterly": 4.5, "monthly": 2.9}
LAST_STEP: dict[str, int] = {"yearly": 6, "quarterly": 8, "monthly": 18}
"""Half-width of the 90 % interval of the combination at the first and at the last step, in units of the scale."""


def prior_error(method: str) -> float:
    """Error relative to seasonal naive; as good as naive for a method that was not measured."""
    return ERRORS.get(method, 1.0)


def prior_width(method: str, season_length: int, horizon: int) -> Any:
    """Half-width at each step: growing as a power of the step between the measured ends, wider for poorer methods."""
    period = PERIODS.get(season_length, "monthly" if season_length > 1 else "yearly")
    first, last, end = FIRST[period], LAST[period], LAST_STEP[period]
    power = np.log(last / first) / np.log(end)
    return first * np.arange(1, horizon + 1) ** power * prior_error(method) / prior_error("combination")
