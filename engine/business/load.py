"""What a request costs by load: the measured serving curve of a device, relative to its best point.

While few requests come they are answered one by one; many are answered together, which takes less of the device each.
"""

from collections.abc import Sequence

import numpy as np

from engine.business.margin import SECONDS_PER_MONTH
from engine.spec.pricing import Array

Curve = tuple[tuple[float, float], ...]
"""Requests a second of a busy device, rising, and what one costs there in parts of what it costs at the last."""


def curve_of(rates: Sequence[float]) -> Curve:
    """From the rates within the latency limit, by concurrency; empty where one point says all."""
    rising: list[float] = []
    for rate in rates:
        if rate > (rising[-1] if rising else 0.0):
            rising.append(rate)
    return tuple((rate, rising[-1] / rate) for rate in rising) if len(rising) > 1 else ()


def times_dearer(curve: Curve, requests_per_month: Array, utilisation: float) -> Array:
    """What a request costs at this many a month, in parts of the best point's; 1 above it, on further devices."""
    rates, parts = (np.array(column, np.float32) for column in zip(*curve, strict=True))
    load = requests_per_month / np.float32(utilisation * SECONDS_PER_MONTH)
    if float(load.max()) <= rates[0]:
        return parts[:1]
    return np.interp(load, rates, parts).astype(np.float32)
