"""A value with the two ends that it is reckoned to lie between."""

from typing import NamedTuple


class Interval(NamedTuple):
    """low <= value <= high."""

    value: float
    low: float
    high: float


def interval(value: float, low: float | None = None, high: float | None = None) -> Interval:
    """An interval whose missing ends are the value itself."""
    return Interval(value, value if low is None else low, value if high is None else high)
