"""How unevenly customers use a product: ten groups of equal size, from the lightest tenth to the heaviest.

Use is taken as log-normal: a few customers ask for most of it. One number says how heavy the tail is, the share of
all requests that the heaviest tenth makes.
"""

from functools import cache
from math import inf
from statistics import NormalDist

import numpy as np

from engine.errors import N_, InputError
from engine.spec.pricing import Array, Use

TENTHS = 10
_NORMAL = NormalDist()
_EDGES = [-inf, *(_NORMAL.inv_cdf(i / TENTHS) for i in range(1, TENTHS)), inf]
LEAST, MOST = 0.1, 0.95
"""Shares of the heaviest tenth: an even use, and one at which nine of ten customers hardly matter."""
_STEPS = 64


def spread_of(top_share: float) -> float:
    """Sigma of the log-normal whose heaviest tenth makes `top_share` of the requests: z(.9) - z(1 - top share).

    Raises InputError outside of 0.1 to 0.95.
    """
    if not LEAST <= top_share <= MOST:
        raise InputError(
            N_("The share of the heaviest tenth must be from {low} to {high}, not {value}."),
            low=LEAST,
            high=MOST,
            value=top_share,
        )
    if top_share == LEAST:
        return 0.0
    return _EDGES[TENTHS - 1] - _NORMAL.inv_cdf(1 - top_share)


@cache
def decile_multiples(top_share: float) -> tuple[float, ...]:
    """Mean requests of each tenth as a multiple of the mean of all, lightest first; they average 1."""
    sigma = spread_of(top_share)
    below = [_NORMAL.cdf(edge - sigma) for edge in _EDGES]
    return tuple(TENTHS * (below[i + 1] - below[i]) for i in range(TENTHS))


@cache
def _table() -> Array:
    shares = np.linspace(LEAST, MOST, _STEPS)
    return np.array([decile_multiples(float(share)) for share in shares])


def deciles(top_share: Array) -> Array:
    """`decile_multiples` of many shares at once, by linear interpolation: shape (10, shares)."""
    given = np.atleast_1d(top_share)
    if given.size == 1:
        return np.array(decile_multiples(float(given[0])), np.float32)[:, None]
    rows = _table()
    place = np.clip((given - LEAST) / (MOST - LEAST) * (_STEPS - 1), 0, _STEPS - 1.001)
    left = place.astype(np.int32)
    part = (place - left).astype(np.float32)
    table = rows.astype(np.float32).T
    return table[:, left] * (1 - part) + table[:, left + 1] * part


def all_requests(use: Use) -> Array:
    """Requests of all customers in each month."""
    return use.units * (use.requests * np.mean(use.deciles, axis=0))


def above(use: Use, included: Array) -> Array:
    """Requests beyond the `included` ones of each unit, of all customers in each month."""
    beyond = np.mean(np.maximum(use.requests * use.deciles - included, 0), axis=0)
    return use.units * beyond
