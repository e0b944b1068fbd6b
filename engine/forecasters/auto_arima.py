"""AutoARIMA: autoregression and moving averages, with known covariates where there are some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.market.fitting import one_by_one, short_or_adjusted
from engine.spec import setting
from engine.spec.forecaster import Forecaster, History


@dataclass(frozen=True)
class Config:
    """Settings of AutoARIMA. The defaults bound the search: the whole of it takes ten times as long."""

    order: int = setting(
        2, N_("Largest order"), N_("Highest autoregressive and moving-average order tried."), minimum=1, maximum=5
    )
    seasonal_order: int = setting(
        1, N_("Largest seasonal order"), N_("The same for whole seasons."), minimum=0, maximum=2
    )
    models: int = setting(
        8, N_("Models tried"), N_("The stepwise search ends after so many."), minimum=8, maximum=94, advanced=True
    )
    approximation: bool = setting(
        True, N_("Approximate search"), N_("Compare models by a quick estimate; the chosen one is fitted in full.")
    )


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """Each history by the orders that its own AICc prefers; with covariates, a regression with ARIMA errors."""
    from statsforecast.models import AutoARIMA

    def model(season: int) -> Any:
        return AutoARIMA(
            season_length=season,
            max_p=config.order,
            max_q=config.order,
            max_P=config.seasonal_order,
            max_Q=config.seasonal_order,
            nmodels=config.models,
            approximation=config.approximation,
        )

    return one_by_one(lambda history: short_or_adjusted(history, model), histories, horizon, covariates=True)


FORECASTER = Forecaster(
    name="auto_arima",
    title="AutoARIMA",
    summary=N_("Each point explained by the ones before and by their surprises; may use price or marketing spend."),
    family="statistical",
    config=Config,
    predict=predict,
    order=11,
    shortest=6,
    covariates=True,
)
