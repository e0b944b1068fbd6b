"""Serving it oneself against buying it: whole devices paid all month against a price by the request.

Formulas: docs/costs.md. Intervals combine worst with worst.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.business.margin import HOURS_PER_MONTH, SECONDS_PER_MONTH, BreakEven, break_even
from engine.costs.serving import CurvePoint, cost_per_1k_usd
from engine.errors import N_, InputError
from engine.interval import Interval

REQUESTS = 1000


@dataclass(frozen=True, slots=True)
class Own:
    """A device of one's own, or rented by the month: paid whether it answers or not."""

    usd_per_hour: Interval
    requests_per_second: Interval
    """The highest measured within the latency limit."""
    utilisation: float
    """Share of the month in which it may answer; the rest is headroom for peaks."""

    def __post_init__(self) -> None:
        if not 0 < self.utilisation <= 1:
            raise InputError(N_("The utilisation must be above 0 and at most 1, not {value}."), value=self.utilisation)
        if self.requests_per_second.low <= 0:
            raise InputError(
                N_("The rate of requests must be above 0, not {value}."), value=self.requests_per_second.low
            )
        if self.usd_per_hour.low < 0:
            raise InputError(N_("The hourly rate must not be negative, not {value}."), value=self.usd_per_hour.low)

    def capacity(self) -> Interval:
        """Requests a month that one device answers: requests a second x utilisation x 2,628,000."""
        return Interval(*(rate * self.utilisation * SECONDS_PER_MONTH for rate in self.requests_per_second))

    def devices(self, requests_per_month: float) -> int:
        """ceil(volume / capacity); at least one, as soon as anything is served."""
        return _devices(checked_volume(requests_per_month), self.capacity().value)

    def month_usd(self, requests_per_month: float) -> Interval:
        """Devices x 730 x hourly rate; the worst end needs the most devices at the dearest hour."""
        volume, capacity = checked_volume(requests_per_month), self.capacity()

        def money(of_device: float, hour: float) -> float:
            return _devices(volume, of_device) * HOURS_PER_MONTH * hour

        return Interval(
            money(capacity.value, self.usd_per_hour.value),
            money(capacity.high, self.usd_per_hour.low),
            money(capacity.low, self.usd_per_hour.high),
        )

    def usd_per_1k(self) -> Interval:
        """Cost of 1,000 requests at the stated utilisation: what a full device month comes to."""
        return cost_per_1k_usd(self.usd_per_hour, self.requests_per_second, self.utilisation)


def buy_month_usd(usd_per_1k: Interval, requests_per_month: float) -> Interval:
    """Volume x price / 1,000."""
    volume = checked_volume(requests_per_month)
    return Interval(*(volume * price / REQUESTS for price in usd_per_1k))


def break_even_with(own: Own, buy_usd_per_1k: Interval) -> BreakEven:
    """The smallest monthly volume at which the API's bill pays for the devices that the volume needs.

    `engine.business.margin.break_even` with the API's price as the price. None is never.
    """
    return break_even(buy_usd_per_1k, own.usd_per_hour, own.requests_per_second, own.utilisation)


@dataclass(frozen=True, slots=True)
class Month:
    """Both ways at one volume."""

    requests: float
    own: Interval
    buy: Interval


def months(own: Own, buy_usd_per_1k: Interval, volumes: Sequence[float]) -> list[Month]:
    """Both ways over volumes, for a chart."""
    return [Month(v, own.month_usd(v), buy_month_usd(buy_usd_per_1k, v)) for v in volumes]


def volumes(around: Sequence[float], points: int = 160) -> list[float]:
    """Volumes on a log scale: two decades around those that matter, of 1,000 requests at the least."""
    known = [v for v in around if v > 0] or [1e5]
    low, high = max(1e3, min(known) / 30), max(known) * 30
    step = (math.log(high) - math.log(low)) / (points - 1)
    return [low * math.exp(step * i) for i in range(points)]


def within(curve: Sequence[CurvePoint], limit_ms: float, percentile: int) -> CurvePoint | None:
    """The point with the highest rate whose p50 or p95 is within the limit, or None. Raises InputError."""
    if percentile not in (50, 95):
        raise InputError(N_("The percentile must be 50 or 95, as measured, not {value}."), value=percentile)
    if not limit_ms > 0:
        raise InputError(N_("The latency limit must be above 0, not {value}."), value=limit_ms)
    fit = [p for p in curve if (ms := p.p95_ms if percentile == 95 else p.p50_ms) is not None and ms <= limit_ms]
    return max((p for p in fit if p.rate.low > 0), key=lambda point: point.rate.value, default=None)


def checked_volume(requests_per_month: float) -> float:
    """Raises InputError for a volume that is not above 0."""
    if not (requests_per_month > 0 and math.isfinite(requests_per_month)):
        raise InputError(N_("The volume must be above 0 requests a month, not {value}."), value=requests_per_month)
    return requests_per_month


def _devices(volume: float, capacity: float) -> int:
    return max(1, math.ceil(volume / capacity))
