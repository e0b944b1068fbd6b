"""How far forecasts were from what came. Formulas: docs/forecasting.md."""

from dataclasses import dataclass
from typing import Any

import numpy as np

LOW, HIGH = 0.05, 0.95
"""Quantiles whose distance is the 90 % interval."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one forecast, or a mean over several."""

    mae: float
    rmse: float
    mase: float | None
    """None for a series that never moved from season to season."""
    smape: float
    """2 |y - f| / (|y| + |f|), a share; 0 where both are 0."""
    pinball: float
    """Mean over the quantiles 0.05, 0.5 and 0.95."""
    coverage_90: float
    points: int

    def as_dict(self) -> dict[str, float | int | None]:
        """JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}


def score(actual: Any, middle: Any, low: Any, high: Any, scale: float) -> Scores:
    """All of them for one series and horizon; `scale` is `naive_scale` of the history."""
    y, f, lo, hi = (np.asarray(part, dtype=float) for part in (actual, middle, low, high))
    error = np.abs(y - f)
    size = np.abs(y) + np.abs(f)
    return Scores(
        mae=float(error.mean()),
        rmse=float(np.sqrt(((y - f) ** 2).mean())),
        mase=float(error.mean() / scale) if scale > 0 else None,
        smape=float(np.where(size > 0, 2 * error / np.where(size > 0, size, 1), 0).mean()),
        pinball=float(np.mean([pinball(y, lo, LOW), pinball(y, f, 0.5), pinball(y, hi, HIGH)])),
        coverage_90=float(((lo <= y) & (y <= hi)).mean()),
        points=len(y),
    )


def pinball(actual: Any, quantile: Any, level: float) -> float:
    """Mean of max(level d, (level - 1) d), d = actual - quantile (Koenker and Bassett 1978)."""
    d = np.asarray(actual, dtype=float) - np.asarray(quantile, dtype=float)
    return float(np.maximum(level * d, (level - 1) * d).mean())


def mean_of(scores: list[Scores]) -> Scores:
    """Each figure averaged; MASE over those that have one."""
    scaled = [s.mase for s in scores if s.mase is not None]
    return Scores(
        mae=float(np.mean([s.mae for s in scores])),
        rmse=float(np.mean([s.rmse for s in scores])),
        mase=float(np.mean(scaled)) if scaled else None,
        smape=float(np.mean([s.smape for s in scores])),
        pinball=float(np.mean([s.pinball for s in scores])),
        coverage_90=float(np.mean([s.coverage_90 for s in scores])),
        points=sum(s.points for s in scores),
    )
