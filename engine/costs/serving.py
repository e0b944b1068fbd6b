"""What serving costs: from a measured serving curve and a device's hourly rate. Formulas: docs/costs.md.

Intervals combine worst with worst: the lowest rate of requests with the dearest hour. They are wider than 95 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import N_, InputError
from engine.interval import Interval

UTILISATION = 0.30
"""Share of a month's device hours spent answering; the rest is idle, and paid.

A planning assumption: traffic has days and nights, and headroom is kept for peaks. It is part of the context of
every cost per 1,000, never a hidden factor.
"""
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One concurrency of a measured serving curve."""

    concurrency: int
    rate: Interval
    """Requests a second."""
    p95_ms: float
    p95_high_ms: float | None = None
    """Upper end of p95's own interval, where it was measured."""
    p50_ms: float | None = None


def best_point(curve: Sequence[CurvePoint], latency_limit_ms: float) -> CurvePoint | None:
    """The point with the highest rate whose p95, as measured and not its upper end, is within the limit, or None."""
    fast_enough = [point for point in curve if point.p95_ms <= latency_limit_ms and point.rate.value > 0]
    return max(fast_enough, key=lambda point: point.rate.value, default=None)


def cost_per_1k_usd(
    usd_per_hour: Interval, requests_per_second: Interval, utilisation: float = UTILISATION
) -> Interval:
    """1,000 x hourly rate / (3,600 x requests a second x utilisation).

    Raises InputError for a utilisation that is not in (0, 1] or a rate of requests that is not positive.
    """
    if not 0 < utilisation <= 1:
        raise InputError(N_("The utilisation must be above 0 and at most 1, not {value}."), value=utilisation)
    if requests_per_second.value <= 0:
        raise InputError(N_("The rate of requests must be above 0, not {value}."), value=requests_per_second.value)

    def cost(usd: float, rate: float) -> float:
        return 1000 * usd / (SECONDS_PER_HOUR * rate * utilisation) if rate > 0 else float("inf")

    return Interval(
        cost(usd_per_hour.value, requests_per_second.value),
        cost(usd_per_hour.low, requests_per_second.high),
        cost(usd_per_hour.high, requests_per_second.low),
    )
