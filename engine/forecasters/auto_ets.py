"""AutoETS: exponential smoothing whose error, trend and season are chosen by information criterion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.market.fitting import one_by_one, short_or_adjusted
from engine.spec import setting
from engine.spec.forecaster import Forecaster, History


@dataclass(frozen=True)
class Config:
    """Settings of AutoETS."""

    model: str = setting(
        "ZZZ", N_("Form"), N_("Error, trend and season, each N none, A added, M multiplied, or Z chosen by AICc.")
    )


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """Each history by the form that its own AICc prefers."""
    from statsforecast.models import AutoETS

    def model(season: int) -> Any:
        return AutoETS(season_length=season, model=config.model)

    return one_by_one(lambda history: short_or_adjusted(history, model), histories, horizon)


FORECASTER = Forecaster(
    name="auto_ets",
    title="AutoETS",
    summary=N_("Exponential smoothing: level, trend and season follow what was seen lately. Form chosen by itself."),
    family="statistical",
    config=Config,
    predict=predict,
    order=10,
    shortest=5,
)
