"""AutoCES: complex exponential smoothing, which needs no choice between trend and level (Svetunkov et al. 2022)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.market.fitting import one_by_one
from engine.spec import setting
from engine.spec.forecaster import Forecaster, History


@dataclass(frozen=True)
class Config:
    """Settings of AutoCES."""

    model: str = setting(
        "Z", N_("Season"), N_("N none, S simple, P partial, F full, or Z chosen by AICc."), choices=tuple("ZNSPF")
    )


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """Each history by the season that its own AICc prefers."""
    from statsforecast.models import AutoCES

    return one_by_one(lambda h: AutoCES(season_length=h.season_length, model=config.model), histories, horizon)


FORECASTER = Forecaster(
    name="auto_ces",
    title="AutoCES",
    summary=N_("Complex exponential smoothing: one form for series with and without a trend. Quick."),
    family="statistical",
    config=Config,
    predict=predict,
    order=12,
    shortest=6,
)
