"""Theta: the line through the series and its amplified bends, each continued and averaged (Fiorucci et al. 2016)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.market.fitting import one_by_one
from engine.spec import setting
from engine.spec.forecaster import Forecaster, History

DYNAMIC = "dynamic"
ALL = "all"


@dataclass(frozen=True)
class Config:
    """Settings of Theta."""

    form: str = setting(
        DYNAMIC,
        N_("Form"),
        N_("dynamic: the dynamic optimised one alone. all: the best of four by past error, three times as slow."),
        choices=(DYNAMIC, ALL),
    )


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """Each history by the dynamic optimised theta model, or by the best of the four."""
    from statsforecast.models import AutoTheta, DynamicOptimizedTheta

    model = AutoTheta if config.form == ALL else DynamicOptimizedTheta
    return one_by_one(lambda h: model(season_length=h.season_length), histories, horizon)


FORECASTER = Forecaster(
    name="auto_theta",
    title="AutoTheta",
    summary=N_("Half a straight line, half a smoothed level: simple, and hard to beat on business series."),
    family="statistical",
    config=Config,
    predict=predict,
    order=13,
    shortest=5,
)
