"""Uncertain inputs as arrays over futures, drawn so that two scenarios are compared in the same futures.

Each input has its own stream of standard normal numbers, named by seed, idea and key: a model that asks for one
input more, or a scenario that changes one figure, leaves all other draws as they are (common random numbers). The
first 10,000 of 100,000 futures are the 10,000.

Distribution: the value is the median and the ends are the 2.5 % and 97.5 % quantiles, both sides apart. Positive
figures are log-normal on either side, shares logit-normal, figures that may be 0 or negative normal and cut at their
limits. Of a pair with a stated rank correlation only the normal numbers are mixed (`engine.business.copula`).
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.business.copula import Pair, groups, holds, matrix, mixed
from engine.business.inputs import INPUTS, input_of
from engine.business.scenario import Estimate
from engine.spec.pricing import Array

Z_95 = 1.959964
"""Of a standard normal, between minus and plus which 95 % lie."""


@dataclass(frozen=True, slots=True)
class Futures:
    """Which futures: how many, and what names them."""

    paths: int = 10_000
    seed: int = 20260101
    idea: str = ""
    """Figures of different ideas are drawn apart, shared ones (what a payment costs) together."""

    def normals(self, key: str, shape: tuple[int, ...], block: int = 0, *, shared: bool = False) -> Array:
        """The stream of one input, of one block of futures."""
        name = [self.seed, zlib.crc32(key.encode()), block, 0 if shared else zlib.crc32(self.idea.encode())]
        generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(name)))
        return generator.standard_normal(shape, dtype=np.float32)


def quantile_matched(
    given: Estimate, z: Array, minimum: float | None = None, maximum: float | None = None, *, share: bool = False
) -> Array:
    """Values at the standard normal numbers `z`."""
    low, high = (given.value if end is None else end for end in (given.low, given.high))
    if low == given.value == high:
        return np.full(z.shape, given.value, np.float32)
    if share and low > 0 and high < 1:
        drawn = _two_piece(_logit(low), _logit(given.value), _logit(high), z)
        return 1 / (1 + np.exp(-drawn))
    if low > 0:
        return _held(np.exp(_two_piece(np.log(low), np.log(given.value), np.log(high), z)), minimum, maximum)
    return _held(_two_piece(low, given.value, high, z), minimum, maximum)


def _two_piece(low: float, value: float, high: float, z: Array) -> Array:
    below, above = np.float32((value - low) / Z_95), np.float32((high - value) / Z_95)
    return np.float32(value) + z * np.where(z < 0, below, above)


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _held(drawn: Array, minimum: float | None, maximum: float | None) -> Array:
    return drawn if minimum is None and maximum is None else np.clip(drawn, minimum, maximum)


def together(inputs: Mapping[str, Estimate]) -> dict[str, str]:
    """Uncertain inputs that rest on one row of the ledger with another, each with the first of them.

    What was measured once is wrong in all of them alike: they move together.
    """
    first: dict[int, str] = {}
    found: dict[str, str] = {}
    for key, given in inputs.items():
        if given.evidence is not None and not given.certain:
            leader = first.setdefault(given.evidence, key)
            if leader != key:
                found |= {leader: leader, key: leader}
    return found


def drawable(
    inputs: Mapping[str, Estimate], pairs: Sequence[Pair], settings: frozenset[str] = frozenset()
) -> tuple[Pair, ...]:
    """Stated pairs that the draws follow, inputs of one row of the ledger by the first of them.

    Left out are pairs of a figure that is certain or empty, pairs of one row of the ledger, a second word on two such
    rows, and figures that hang together and, with what a row ties, could not move as stated. `settings` are the
    uncertain ones of the model that is drawn.
    """
    tied = together(inputs)
    open_ones = {key for key, given in inputs.items() if not given.certain} | settings
    found: dict[frozenset[str], Pair] = {}
    for pair in pairs:
        one, other = (tied.get(key, key) for key in (pair.first, pair.second))
        if {pair.first, pair.second} <= open_ones and one != other:
            found.setdefault(frozenset((one, other)), Pair(one, other, pair.rank))
    return tuple(pair for group in groups(found.values()) if _can(group) for pair in group)


def _can(group: Sequence[Pair]) -> bool:
    return holds(matrix(sorted({key for pair in group for key in (pair.first, pair.second)}), group))


def own_normals(futures: Futures, key: str) -> Array:
    """The normal numbers of one figure alone: an input, or `model.setting`, alike for settings of one name."""
    if key in INPUTS:
        return futures.normals(key, (futures.paths,), shared=INPUTS[key].shared)
    return futures.normals(f"setting.{key.partition('.')[2]}", (futures.paths,))


def draw_input(key: str, given: Estimate, futures: Futures, z: Array | None = None) -> Array:
    """One input in every future: shape (paths,), or (1,) when it is certain; at `z` where others decide its luck."""
    row = input_of(key)
    if given.certain:
        return np.array([given.value], np.float32)
    numbers = own_normals(futures, key) if z is None else z
    return quantile_matched(given, numbers, row.minimum, row.maximum, share=row.unit == "share" and row.minimum >= 0)


def draw_inputs(inputs: Mapping[str, Estimate], futures: Futures, pairs: Sequence[Pair] = ()) -> dict[str, Array]:
    """Every input in every future; those of one row of the ledger move together, and stated pairs as stated."""
    tied = together(inputs)
    stated = mixed(drawable(inputs, pairs), lambda key: own_normals(futures, key))

    def luck(key: str) -> Array | None:
        leader = tied.get(key, key)
        return stated[leader] if leader in stated else own_normals(futures, leader) if leader != key else None

    return {key: draw_input(key, given, futures, luck(key)) for key, given in inputs.items()}
