"""Fracast-0: a small model pre-trained on many series; it continues a new one without training (zero-shot)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.data import carriers
from engine.errors import N_
from engine.spec.forecaster import Forecaster, History

CARRIER = "fracast"
ROWS = 256
"""Histories continued at once."""


@dataclass(frozen=True)
class Config:
    """Nothing to set."""


def check() -> None:
    """Raises MissingPart when the carrier is not installed."""
    carriers.locate(CARRIER)


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """The median of the nine quantiles that the model gives."""
    model = _model()
    middle = int(np.argmin(np.abs(np.asarray(model.quantiles) - 0.5)))
    found: list[Any] = []
    for start in range(0, len(histories), ROWS):
        rows = _padded([np.asarray(h.y, dtype=np.float32) for h in histories[start : start + ROWS]], model)
        found.extend(np.asarray(row[:, middle], dtype=float) for row in model.forecast_batch(rows, horizon=horizon))
    return found


def _padded(series: Sequence[Any], model: Any) -> Any:
    """Aligned at their ends; what is missing before is NaN, which the model masks."""
    length = min(model.context_length, max(map(len, series)))
    rows = np.full((len(series), length), np.nan, dtype=np.float32)
    for row, y in zip(rows, series, strict=True):
        row[-min(length, len(y)) :] = y[-length:]
    return rows


@cache
def _model() -> Any:
    check()
    from fracast import FracastModel

    return FracastModel.from_pretrained(weights="fp32")


FORECASTER = Forecaster(
    name="fracast",
    title="Fracast-0",
    summary=N_("A small network trained on many other series. It needs no training here, and no history to speak of."),
    family="zero_shot",
    config=Config,
    predict=predict,
    order=30,
    shortest=8,
    pooled=True,
    check=check,
)
