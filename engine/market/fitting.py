"""How a model of statsforecast is fitted to one history after another."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.spec.forecaster import History

LONG_SEASON = 24
"""Longer seasons are taken out by STL first: exponential smoothing and ARIMA know none so long."""
CONSTANT = 1e-12
"""A history whose points differ by less, relative to their size, is continued as it is."""


def one_by_one(
    model_of: Callable[[History], Any], histories: Sequence[History], horizon: int, *, covariates: bool = False
) -> list[Any]:
    """The mean forecast of a fresh model for each history; a constant history is continued without one.

    Raises ValueError where the model's forecast is not finite.
    """
    return [_one(model_of, history, horizon, covariates) for history in histories]


def _one(model_of: Callable[[History], Any], history: History, horizon: int, covariates: bool) -> Any:
    y = np.asarray(history.y, dtype=float)
    if np.ptp(y) <= CONSTANT * max(1.0, float(np.abs(y).max())):
        return np.full(horizon, y[-1])
    known = {name: history.past[name] for name in history.future if name in history.past} if covariates else {}
    given: dict[str, Any] = {}
    if known:
        given = {"X": columns(known), "X_future": columns({name: history.future[name] for name in known})}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optimisers that try every form, the failing ones too
        try:
            found = np.asarray(model_of(history).forecast(y=y, h=horizon, **given)["mean"], dtype=float)
        except Exception as error:  # statsforecast raises bare Exception("no model able to be fitted")
            raise ValueError(f"{type(error).__name__}: {error}") from error
    if found.shape != (horizon,) or not np.isfinite(found).all():
        raise ValueError("the model's forecast is not finite")
    return found


def short_or_adjusted(history: History, model_of: Callable[[int], Any]) -> Any:
    """The model for a season it knows; for a longer one that was seen twice, one of the series without its season."""
    from statsforecast.models import MSTL

    season = history.season_length
    if season <= LONG_SEASON:
        return model_of(season)
    if len(history.y) <= 2 * season:
        return model_of(1)
    return MSTL(season_length=season, trend_forecaster=model_of(1))


def columns(covariates: Mapping[str, Any]) -> Any:
    """Covariates as a matrix, in the order of their names."""
    return np.column_stack([np.asarray(covariates[name], dtype=float) for name in sorted(covariates)])
