"""Runs forecasters over many series within a time budget; what cannot be continued is told, never guessed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_
from engine.spec.forecaster import Forecaster, History

FAILURES = (ValueError, ArithmeticError, RuntimeError)
"""What a forecaster may raise for a history that it cannot continue."""
TOO_SHORT = N_("{points} points are too few for {method}, which needs {shortest}.")
NOT_FITTED = N_("{method} found no form for this series: {reason}")
OUT_OF_TIME = N_("{method} had used its {seconds:g} seconds before this series.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a method has no forecast for a series, in a template and its values."""

    template: str
    values: dict[str, Any]


def continue_all(
    forecaster: Forecaster,
    histories: Sequence[History],
    horizon: int,
    config: Any,
    *,
    until: float | None = None,
    budget_seconds: float = 0.0,
) -> list[Any]:
    """For each history a float array with one number a step, or a Refusal.

    until: a time of `time.monotonic` after which histories not yet begun are refused; pooled methods are not cut.
    """
    if forecaster.pooled:
        return _pooled(forecaster, histories, horizon, config)
    found: list[Any] = []
    for history in histories:
        if until is not None and time.monotonic() > until:
            found.append(Refusal(OUT_OF_TIME, {"method": forecaster.title, "seconds": budget_seconds}))
        else:
            found.append(_one(forecaster, history, horizon, config))
    return found


def _one(forecaster: Forecaster, history: History, horizon: int, config: Any) -> Any:
    if short := _too_short(forecaster, history):
        return short
    try:
        return _checked(forecaster.predict([history], horizon, config)[0], horizon)
    except FAILURES as error:
        return Refusal(NOT_FITTED, {"method": forecaster.title, "reason": str(error)[:200]})


def _pooled(forecaster: Forecaster, histories: Sequence[History], horizon: int, config: Any) -> list[Any]:
    found: list[Any] = [_too_short(forecaster, history) for history in histories]
    places = [i for i, short in enumerate(found) if short is None]
    if not places:
        return found
    try:
        made = forecaster.predict([histories[i] for i in places], horizon, config)
        for place, forecast in zip(places, made, strict=True):
            found[place] = _checked(forecast, horizon)
    except FAILURES as error:
        refusal = Refusal(NOT_FITTED, {"method": forecaster.title, "reason": str(error)[:200]})
        return [refusal if short is None else short for short in found]
    return found


def _too_short(forecaster: Forecaster, history: History) -> Refusal | None:
    points = len(history.y)
    if points >= forecaster.shortest:
        return None
    values = {"points": points, "method": forecaster.title, "shortest": forecaster.shortest}
    return Refusal(TOO_SHORT, values)


def _checked(forecast: Any, horizon: int) -> Any:
    values = np.asarray(forecast, dtype=float)
    if values.shape != (horizon,) or not np.isfinite(values).all():
        raise ValueError(f"{values.shape} finite numbers were expected to be {horizon}")
    return values
