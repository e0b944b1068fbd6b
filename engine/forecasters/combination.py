"""Combination: members weighted by how they did on validation windows, extremes left out (Timmermann 2006)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_
from engine.market.sanity import robust_mean
from engine.spec import setting
from engine.spec.forecaster import Forecaster, History


@dataclass(frozen=True)
class Config:
    """Settings of the combination."""

    sharpness: float = setting(
        8.0,
        N_("Trust in the past"),
        N_("Weight of a member is one over its past error to this power; 0 weights all alike."),
        minimum=0.0,
        maximum=10.0,
    )


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """Of what the members say: at least one is needed for each history."""
    return [_one(history, config) for history in histories]


def _one(history: History, config: Config) -> Any:
    if not history.said:
        raise ValueError("no member has a forecast")
    said = list(history.said.values())
    weights = [max(member.error, 1e-3) ** -config.sharpness for member in said]
    return robust_mean([np.asarray(member.forecast) for member in said], weights)


FORECASTER = Forecaster(
    name="combination",
    title=N_("Combination"),
    summary=N_("Several methods at once, weighted by how well each did before; no single one can spoil it."),
    family="combination",
    config=Config,
    predict=predict,
    order=40,
    shortest=5,
    members=("auto_ets", "auto_ces", "auto_theta", "auto_arima", "boosted_lags", "fracast"),
)
