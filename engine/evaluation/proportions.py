"""Intervals and tests of shares: Wilson's score interval, Newcombe's interval of a difference, Fisher's exact test.

The bootstrap says of five rows out of five that nothing is uncertain; these do not. Whole numbers and numpy instead of
scipy: the dashboard computes them too, and scipy is 13 MB of its memory.
"""

import math
from dataclasses import dataclass

import numpy as np

Z95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def wilson(hits: float, n: int) -> Share:
    """The score interval of hits / n (Wilson, Journal of the American Statistical Association 22, 1927).

    Of no rows at all nothing is known: 0 to 1. `hits` may be a mean over draws and need not be whole.
    """
    if n == 0:
        return Share(math.nan, 0.0, 1.0, 0)
    share, square = hits / n, Z95 * Z95
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return Share(share, max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share)), n)


def f1_share(hits: int, either: int) -> Share:
    """F1 from rows that are and are called the class (hits) and rows that are one or the other (either).

    F1 = 2 F* / (1 + F*) with F* = hits / either, a share with a Wilson interval, which the bootstrap lacks where
    nothing was wrong (Hand, Christen, Kirielle, F*: an interpretable transformation of the F-measure, 2021).
    """
    star = wilson(hits, either)
    value, low, high = (2 * end / (1 + end) for end in (star.value, star.low, star.high))
    return Share(value, low, high, either)


def share_difference(a: Share, b: Share) -> tuple[float, float, float]:
    """a - b of two independent shares with its 95 % interval, as (difference, low, high).

    Hybrid score interval: Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    if a.n == 0 or b.n == 0:
        return math.nan, -1.0, 1.0
    difference = a.value - b.value
    below = math.hypot(a.value - a.low, b.high - b.value)
    above = math.hypot(a.high - a.value, b.value - b.low)
    return difference, max(-1.0, difference - below), min(1.0, difference + above)


def fisher(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """Two-sided exact p of two shares being equal (Fisher, Statistical Methods for Research Workers, 1934, § 21.02).

    The sum over all tables with these margins that are no likelier than the observed one.
    """
    hits, total = hits_a + hits_b, n_a + n_b
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
    k = np.arange(max(0, hits - n_b), min(n_a, hits) + 1)
    ways = logs[n_a] - logs[k] - logs[n_a - k] + logs[n_b] - logs[hits - k] - logs[n_b - hits + k]
    chance = np.exp(ways - (logs[total] - logs[hits] - logs[total - hits]))
    seen = chance[hits_a - k[0]]
    return float(min(1.0, chance[chance <= seen * (1 + 1e-7)].sum()))
