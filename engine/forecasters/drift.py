"""Drift: the straight line from the first point to the last, continued (Hyndman and Athanasopoulos, 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_
from engine.spec.forecaster import Forecaster, History


@dataclass(frozen=True)
class Config:
    """Nothing to set."""


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """y_T + k (y_T - y_1) / (T - 1)."""
    steps = np.arange(1, horizon + 1)
    return [_line(np.asarray(history.y, dtype=float), steps) for history in histories]


def _line(y: Any, steps: Any) -> Any:
    slope = (y[-1] - y[0]) / (len(y) - 1) if len(y) > 1 else 0.0
    return y[-1] + slope * steps


FORECASTER = Forecaster(
    name="drift",
    title=N_("Drift"),
    summary=N_("The straight line from the first point to the last, continued. It knows no seasons."),
    family="naive",
    config=Config,
    predict=predict,
    order=2,
    shortest=2,
)
