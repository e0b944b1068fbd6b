"""What a price leaves over serving, and the volume from which it pays for the machines. Formulas: docs/costs.md.

Intervals combine worst with worst, so they are wider than 95 %.
"""

import math
from dataclasses import dataclass

from engine.interval import Interval

HOURS_PER_MONTH = 730
"""365 days x 24 hours / 12."""
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Requests a month; None stands for never."""

    value: int | None
    low: int | None
    high: int | None


def margin_per_1k_usd(price: Interval, cost: Interval) -> Interval:
    """Price minus cost of 1,000 requests."""
    return Interval(price.value - cost.value, price.low - cost.high, price.high - cost.low)


def gross_margin(price: Interval, cost: Interval) -> Interval | None:
    """1 - cost / price; None when the price may be 0, of which there is no share."""
    if price.low <= 0:
        return None
    return Interval(1 - cost.value / price.value, 1 - cost.high / price.low, 1 - cost.low / price.high)


def break_even_requests(
    price_per_1k: float, usd_per_hour: float, requests_per_second: float, utilisation: float
) -> int | None:
    """Smallest monthly volume whose price pays for the devices that it needs, reserved for the whole month.

    min v: v x price / 1,000 >= ceil(v / capacity) x 730 x hourly rate, with
    capacity = requests a second x utilisation x 2,628,000. When one device cannot earn its own month at full
    capacity, more of them cannot either, so the answer lies within the first device or is None, never.
    None too when the price does not exceed the cost of 1,000 requests, even where both are equal.
    """
    if price_per_1k <= 0 or requests_per_second <= 0:
        return None
    capacity = requests_per_second * utilisation * SECONDS_PER_MONTH
    device_month = HOURS_PER_MONTH * usd_per_hour
    if price_per_1k * capacity <= 1000 * device_month:
        return None
    needed = math.ceil(1000 * device_month / price_per_1k)
    return needed if needed <= capacity else None


def break_even(price: Interval, usd_per_hour: Interval, rate: Interval, utilisation: float) -> BreakEven:
    """Break-even volume with its best and its worst end."""
    return BreakEven(
        break_even_requests(price.value, usd_per_hour.value, rate.value, utilisation),
        break_even_requests(price.high, usd_per_hour.low, rate.high, utilisation),
        break_even_requests(price.low, usd_per_hour.high, rate.low, utilisation),
    )
