"""GRU: a recurrent net over all series given, trained with quantile loss and stopped early."""

from collections.abc import Sequence
from typing import Any

from engine.errors import N_
from engine.market import recurrent
from engine.spec.forecaster import Forecaster, History


def predict(histories: Sequence[History], horizon: int, config: recurrent.Config) -> list[Any]:
    """The median of each step."""
    return recurrent.predict("GRU", histories, horizon, config)


FORECASTER = Forecaster(
    name="gru",
    title="GRU",
    summary=N_("A recurrent net that reads the past point by point. On short series often no better than naive."),
    family="learned",
    config=recurrent.Config,
    predict=predict,
    order=21,
    shortest=6,
    pooled=True,
    long=True,
)
