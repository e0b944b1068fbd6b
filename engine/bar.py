"""An idea on its own bar: how far it is from naive to good enough, how surely, and where that ranks it.

Knows nothing of what is measured. Standard library only. Formulas are those of docs/evidence.md.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BarScore:
    """Where a measured value stands: 0 is the naive baseline, 1 is the bar."""

    value: float
    low: float
    high: float


def bar_score(
    value: float, low: float | None, high: float | None, *, baseline: float | None, minimum: float
) -> BarScore | None:
    """(score - baseline) / (bar - baseline) of a value and its interval, for either direction.

    None when there is no baseline, or when it equals the bar: then there is no distance to measure in.
    """
    if baseline is None or minimum == baseline:
        return None
    ends = [
        (x - baseline) / (minimum - baseline) for x in (value if low is None else low, value if high is None else high)
    ]
    return BarScore((value - baseline) / (minimum - baseline), min(ends), max(ends))


def p_bar_met(quantiles: Sequence[float], minimum: float, direction: str = "higher") -> float | None:
    """Share of a bootstrap distribution that reaches the bar, from its equally spaced quantiles.

    Between two quantiles the distribution is taken as linear. None without quantiles.
    """
    if len(quantiles) < 2:
        return None
    if direction == "lower":
        return p_bar_met([-q for q in reversed(quantiles)], -minimum)
    last = len(quantiles) - 1
    place = bisect_left(quantiles, minimum)
    if place == 0:
        return 1.0
    if place > last:
        return 0.0
    left, right = quantiles[place - 1], quantiles[place]
    below = (place - 1 + (minimum - left) / (right - left)) / last
    return 1.0 - below


def rank_ranges(intervals: Sequence[tuple[float, float] | None]) -> list[tuple[int, int]]:
    """Best and worst rank, from 1, that the intervals (low, high) allow each; higher is better.

    The best rank counts the ideas whose whole interval lies above, the worst leaves out those whose whole
    interval lies below. An idea without an interval could be anywhere, and leaves everybody room for itself.
    """
    known = [interval for interval in intervals if interval is not None]
    total = len(intervals)
    ranges = []
    for interval in intervals:
        if interval is None:
            ranges.append((1, total))
            continue
        above = sum(low > interval[1] for low, _high in known)
        below = sum(high < interval[0] for _low, high in known)
        ranges.append((1 + above, total - below))
    return ranges
