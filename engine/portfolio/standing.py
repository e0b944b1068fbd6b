"""Which idea deserves the money: joint simulated values, the chance to be best, and what a founder can bear.

Values are sample paths under common random numbers: path 7 of one idea meets the same luck as path 7 of another. Doing
nothing is always an alternative, worth 0. numpy only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import N_, InputError
from engine.interval import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Z = 1.959963984540054
"""97.5 % point of the normal distribution."""
ENDS = (0.05, 0.95)
"""Of 90 % intervals."""
LEAST_PATHS = 100


@dataclass(frozen=True, slots=True)
class Contender:
    """One idea as it was simulated; without samples when something that the simulation needs is missing."""

    slug: str
    npv_usd: "Floats | None"
    """Net present value of each path."""
    cash_need_usd: "Floats | None"
    """The most that each path has to lay out before it earns it back, 0 or more."""
    missing: tuple[str, ...] = ()
    """Keys of the measures that are missing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an idea stands among those that could be simulated."""

    slug: str
    p_best: Interval | None
    """Share of paths in which it is worth most and more than nothing; its ends are the simulation's own 95 % error."""
    rank_low: int
    rank_high: int
    """Ranks of the middle 90 % of paths, with room for the ideas that could not be simulated."""
    npv_usd: Interval | None
    """Mean and 90 % interval, with the founder's cash as limit."""
    risk_adjusted_usd: float | None
    """Certainty equivalent: the sure sum that is worth as much."""
    p_cash_out: float | None
    p_loss: float | None
    missing: tuple[str, ...]


def standings(
    contenders: Sequence[Contender], cash_usd: float, risk_tolerance_usd: float | None = None
) -> list[Standing]:
    """Every idea, the likeliest to be best first; ideas that could not be simulated last.

    cash_usd: what the founder has. A path that needs more ends when it is used up and is worth minus all of it.
    risk_tolerance_usd: R of the exponential utility; the cash when not given.
    Raises InputError for a cash or tolerance that is not positive, or paths that differ in number.
    """
    _check(contenders, cash_usd, risk_tolerance_usd)
    tolerance = risk_tolerance_usd or cash_usd
    known = [c for c in contenders if c.npv_usd is not None and c.cash_need_usd is not None]
    unknown = [c for c in contenders if c.npv_usd is None or c.cash_need_usd is None]
    values = {c.slug: under_cash(c.npv_usd, c.cash_need_usd, cash_usd) for c in known}  # type: ignore[arg-type]
    matrix = np.stack(list(values.values())) if values else np.zeros((0, 0))
    best, ranks = _shares_of_best(matrix), _ranks(matrix)
    found = []
    for place, contender in enumerate(known):
        sample = values[contender.slug]
        low, high = np.quantile(ranks[place], ENDS, method="nearest")
        found.append(
            Standing(
                slug=contender.slug,
                p_best=share_interval(float(best[place]), sample.size),
                rank_low=int(low),
                rank_high=int(high) + len(unknown),
                npv_usd=_spread(sample),
                risk_adjusted_usd=certainty_equivalent(sample, tolerance),
                p_cash_out=float(np.mean(contender.cash_need_usd > cash_usd)),  # type: ignore[operator]
                p_loss=float(np.mean(sample < 0)),
                missing=contender.missing,
            )
        )
    found.sort(key=lambda s: (-s.p_best.value, -s.risk_adjusted_usd))  # type: ignore[union-attr,operator]
    return found + [Standing(c.slug, None, 1, len(contenders), None, None, None, None, c.missing) for c in unknown]


def _check(contenders: Sequence[Contender], cash_usd: float, risk_tolerance_usd: float | None) -> None:
    for label, amount in ((N_("The cash"), cash_usd), (N_("The risk tolerance"), risk_tolerance_usd)):
        if amount is not None and not (np.isfinite(amount) and amount > 0):
            raise InputError(N_("{label} must be above 0 USD, not {value}."), label=label, value=amount)
    sizes = {array.size for c in contenders for array in (c.npv_usd, c.cash_need_usd) if array is not None}
    if len(sizes) > 1 or any(size < LEAST_PATHS for size in sizes):
        raise InputError(
            N_("Ideas are compared path by path: each needs the same number of paths, at least {least}, not {sizes}."),
            least=LEAST_PATHS,
            sizes=", ".join(map(str, sorted(sizes))),
        )


def under_cash(npv_usd: "Floats", cash_need_usd: "Floats", cash_usd: float) -> "Floats":
    """The value of each path for somebody who has this much: minus all of it where the path needs more."""
    return np.where(cash_need_usd > cash_usd, -cash_usd, npv_usd)


def certainty_equivalent(sample: "Floats", tolerance_usd: float) -> float:
    """-R ln E[exp(-x / R)], exponential utility with risk tolerance R (Pratt 1964; Howard 1988)."""
    scaled = -np.asarray(sample, dtype=np.float64) / tolerance_usd
    top = float(scaled.max())
    return -tolerance_usd * (top + float(np.log(np.mean(np.exp(scaled - top)))))


def share_interval(share: float, paths: int) -> Interval:
    """A share of paths with the Wilson interval of its simulation error (Wilson 1927)."""
    spread = Z * Z / paths
    middle = (share + spread / 2) / (1 + spread)
    half = Z * float(np.sqrt(share * (1 - share) / paths + spread / (4 * paths))) / (1 + spread)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def _shares_of_best(matrix: "Floats") -> "Floats":
    """Share of paths that each row wins with a value above 0; equal ones share a path."""
    if matrix.size == 0:
        return np.zeros(len(matrix))
    top = matrix.max(axis=0)
    wins = (matrix == top) & (top > 0)
    shares: Any = (wins / np.maximum(wins.sum(axis=0), 1)).mean(axis=1)
    return shares  # type: ignore[no-any-return]


def _ranks(matrix: "Floats") -> "NDArray[np.int64]":
    """Rank of each row in each path, 1 for the largest value."""
    order = np.argsort(-matrix, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(matrix) + 1)[:, None], axis=0)
    return ranks


def _spread(sample: "Floats") -> Interval:
    low, high = np.quantile(sample, ENDS)
    return Interval(float(sample.mean()), float(low), float(high))
