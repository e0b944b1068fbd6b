"""From simulated cash to what a plan has to reckon with: how much an idea lays out in which month. numpy only."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CAUTIOUS = 0.8
"""Quantile of the paths' cash need that a plan sets aside: in 80 of 100 futures it is enough."""


def monthly_needs(cash: "Floats", need: "Floats", quantile: float = CAUTIOUS) -> tuple[float, ...]:
    """What to set aside in each month up to the one in which the typical path is lowest.

    cash: (months + 1, paths) in hand at the start and after each month; need: (paths,) deepest point below the start.
    The shape is that of the median path, the sum is the quantile of the need. One month of 0 for an idea that never
    lays anything out.
    """
    total = float(np.quantile(need, quantile))
    if total <= 0:
        return (0.0,)
    median = np.median(cash, axis=1)
    lowest = int(median.argmin())
    outlay = np.maximum(0.0, median[:lowest] - median[1 : lowest + 1])
    if lowest == 0 or outlay.sum() <= 0:  # only unlucky paths need money: reckon with it at once
        return (total,)
    return tuple(float(share) for share in outlay / outlay.sum() * total)
