"""Seasonal naive: the last season again. What every other method has to beat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.market.naive import seasonal_naive
from engine.spec.forecaster import Forecaster, History


@dataclass(frozen=True)
class Config:
    """Nothing to set."""


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """The last season of each history, repeated."""
    return [seasonal_naive(history.y, horizon, history.season_length) for history in histories]


FORECASTER = Forecaster(
    name="seasonal_naive",
    title=N_("Seasonal naive"),
    summary=N_("The last season again and again. What every other method has to beat."),
    family="naive",
    config=Config,
    predict=predict,
    order=1,
    shortest=1,
)
