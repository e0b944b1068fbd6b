"""What a month will have cost at its end: what is spent, and what its remaining days may bring.

The remaining m days are taken to be like the last n, which is an assumption: their sum is expected at m times the mean,
and lies within t x s x sqrt(m + m^2 / n) of it in 90 of 100 cases (prediction interval of the sum of m further values,
Hahn and Meeker, Statistical Intervals, 1991, section 4.6; t of n - 1 degrees). Days never cost less than nothing.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, stdev

from engine.errors import N_

WINDOW_DAYS = 28
FEWEST_DAYS = 7
"""Days of history below which there is no forecast."""
LEVEL = 0.90
T_95: tuple[float, ...] = (1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746)
T_95 += (1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703)
"""95 % quantile of Student's t for 6 to 27 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """Money at the end of a month in US dollars; the ends hold in 90 of 100 cases."""

    spent: float
    expected: float | None
    low: float | None
    high: float | None
    days_left: int
    reason: str = ""
    """Why there is no forecast."""


def month_end(by_day: Mapping[date, float], today: date) -> MonthEnd:
    """`by_day` holds what each day cost; days without an entry within the history cost nothing."""
    last = date(today.year, today.month, calendar.monthrange(today.year, today.month)[1])
    spent = sum(usd for day, usd in by_day.items() if today.replace(day=1) <= day <= today)
    left = (last - today).days
    if left == 0:
        return MonthEnd(spent, spent, spent, spent, 0)
    history = _history(by_day, today)
    if len(history) < FEWEST_DAYS:
        return MonthEnd(spent, None, None, None, left, N_("Money was recorded on too few days: a week is needed."))
    low, high = _rest(history, left)
    return MonthEnd(spent, spent + left * fmean(history), spent + low, spent + high, left)


def _history(by_day: Mapping[date, float], today: date) -> list[float]:
    """What each of the last days cost, from the first day on which anything did, today left out."""
    first = min((day for day, usd in by_day.items() if usd and day < today), default=today)
    begin = max(first, today - timedelta(days=WINDOW_DAYS))
    return [by_day.get(begin + timedelta(days=i), 0.0) for i in range((today - begin).days)]


def _rest(history: list[float], days: int) -> tuple[float, float]:
    """The ends of what so many further days may cost together."""
    n = len(history)
    spread = stdev(history) * sqrt(days + days**2 / n) * T_95[n - FEWEST_DAYS]
    expected = days * fmean(history)
    return max(0.0, expected - spread), expected + spread
