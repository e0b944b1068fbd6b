"""Fairness: whether a model treats the groups of a column alike, with respect to one class that matters to people.

Selection rate: share of a group that is answered the class. Demographic parity compares it (Dwork et al., Fairness
Through Awareness, 2012). True and false positive rate: share answered the class among those that are it and those that
are not. Equal opportunity compares the first, equalised odds both (Hardt, Price, Srebro, Equality of Opportunity in
Supervised Learning, NeurIPS 2016). A gap is the largest less the smallest value over the groups, as in fairlearn.

The largest of several differences is above 0 by chance alone. So each gap carries the chance that groups drawn by lot,
of the same sizes, would show one as large (permutation test: Good, 2005), corrected by Holm's method over the gaps.

What none of this proves: that a model is fair. The measures exclude each other where groups differ in how common the
class is (Kleinberg, Mullainathan, Raghavan, 2016); labels may carry the prejudice that made them; and a group that is
not in the data is not in the figures. Figures are of the exported model.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.evaluation.bootstrap import resamples
from engine.evaluation.metrics import Floats, Ints
from engine.evaluation.multiple import holm
from engine.evaluation.proportions import Share, f1_share, wilson

LEAST_ROWS = 30
"""A smaller group is shown and left out of the gaps: its extremes would be chance."""
MOST_GROUPS = 12
RESAMPLED = 1000
SHUFFLED = 999
GAPS = ("accuracy", "f1", "selection", "true_positive", "false_positive", "equalised_odds")
"""What gaps are computed of; the last is the larger of the two before it."""
RIGHT, POSITIVE, CALLED = 1, 2, 4
"""A row's pattern is the sum of what holds: answered rightly, is the class, is answered the class."""
PATTERNS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """One group's figures for the class in question, shares with Wilson's 95 % intervals."""

    name: str
    """A value of the column; "" for rows without one."""
    n: int
    accuracy: Share
    selection: Share
    true_positive: Share
    """Of the rows that are the class; `n` is how many."""
    false_positive: Share
    """Of the rows that are not."""
    f1: Share
    """Of the class in question; its interval is that of F* (see `f1_share`), and `n` the rows that F* counts."""
    counted: bool
    """Whether it takes part in the gaps."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart the groups are in one figure."""

    figure: str
    """One of GAPS."""
    value: float
    low: float
    """95 % bootstrap interval within groups, widened to hold the value; both ends lie high for many small groups."""
    high: float
    highest: str
    """Group with the largest figure."""
    lowest: str
    p: float
    """Chance of a gap as large between groups drawn by lot."""
    p_adjusted: float
    """The same after Holm's correction over all gaps."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """Groups, largest first, and the gaps between those that count; no gaps for fewer than two such groups."""

    groups: tuple[Group, ...]
    gaps: tuple[Gap, ...]


def measure_fairness(
    y: NDArray[np.integer], answers: NDArray[np.integer], groups: Sequence[str], positive: int, *, seed: int = 0
) -> Fairness:
    """Compare groups (n,) in what is answered to them, `positive` being the class that matters.

    Raises InputError for a column with a single value or with more values than make groups.
    """
    member, names = _groups(groups)
    pattern = _patterns(y, answers, positive)
    counts = np.bincount(member * PATTERNS + pattern, minlength=len(names) * PATTERNS).reshape(-1, PATTERNS)
    drawn = [_resampled(row, seed + i) for i, row in enumerate(counts)]
    counted = [i for i, row in enumerate(counts) if row.sum() >= LEAST_ROWS]
    found = tuple(_group(names[i], counts[i], i in counted) for i in range(len(names)))
    if len(counted) < 2:
        return Fairness(found, ())
    inside = np.isin(member, counted)
    place = np.searchsorted(counted, member[inside])
    by_lot = _shuffled(place, pattern[inside], len(counted), seed)
    samples = np.stack([drawn[i] for i in counted], axis=1)
    return Fairness(found, _gaps(counts[counted], samples, by_lot, [names[i] for i in counted]))


def rates(counts: Ints) -> dict[str, Floats]:
    """Every figure of counts (..., PATTERNS), as (...,) each; NaN where nothing can be said."""
    kinds = np.arange(PATTERNS)

    def total(*bits: int) -> Floats:
        wanted = np.all([(kinds & bit) > 0 for bit in bits], axis=0) if bits else np.ones(PATTERNS, dtype=bool)
        return np.asarray(counts[..., wanted].sum(axis=-1), dtype=np.float64)

    n, positive, called, both = total(), total(POSITIVE), total(CALLED), total(POSITIVE, CALLED)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "accuracy": total(RIGHT) / n,
            "f1": 2 * both / (positive + called),
            "selection": called / n,
            "true_positive": both / positive,
            "false_positive": (called - both) / (n - positive),
        }


def gaps_of(counts: Ints) -> dict[str, Floats]:
    """Largest less smallest figure over groups of counts (..., groups, PATTERNS), as (...,) by GAPS.

    Groups in which a figure cannot be computed are passed over; 0 where that leaves fewer than two.
    """
    found = {name: _spread(values) for name, values in rates(counts).items()}
    return found | {"equalised_odds": np.maximum(found["true_positive"], found["false_positive"])}


def _spread(values: Floats) -> Floats:
    known = ~np.isnan(values)
    spread = np.where(known, values, -np.inf).max(axis=-1) - np.where(known, values, np.inf).min(axis=-1)
    return np.where(known.sum(axis=-1) >= 2, spread, 0.0)


def _groups(groups: Sequence[str]) -> tuple[Ints, list[str]]:
    counts = Counter(value.strip() for value in groups)
    if not 2 <= len(counts) <= MOST_GROUPS:
        raise InputError(
            N_("Groups are compared for a column with 2 to {most} values; this one has {count}."),
            most=MOST_GROUPS,
            count=len(counts),
        )
    names = sorted(counts, key=lambda name: (-counts[name], name))
    place = {name: i for i, name in enumerate(names)}
    return np.asarray([place[value.strip()] for value in groups], dtype=np.int64), names


def _patterns(y: NDArray[np.integer], answers: NDArray[np.integer], positive: int) -> Ints:
    truth, said = np.asarray(y), np.asarray(answers)
    return np.asarray(
        RIGHT * (truth == said) + POSITIVE * (truth == positive) + CALLED * (said == positive), dtype=np.int64
    )


def _resampled(counts: Ints, seed: int) -> Ints:
    """Bootstrap counts of one group, (RESAMPLED, PATTERNS)."""
    return np.vstack(list(resamples(counts, seed, RESAMPLED)))


def _shuffled(member: Ints, pattern: Ints, groups: int, seed: int) -> Ints:
    """Counts after dealing the rows to groups of the same sizes by lot, (SHUFFLED, groups, PATTERNS)."""
    generator, cells = np.random.default_rng(seed), groups * PATTERNS
    dealt = (np.bincount(generator.permutation(member) * PATTERNS + pattern, minlength=cells) for _ in range(SHUFFLED))
    return np.stack(list(dealt)).reshape(SHUFFLED, groups, PATTERNS)


def _group(name: str, counts: Ints, counted: bool) -> Group:
    kinds = np.arange(PATTERNS)
    n = int(counts.sum())
    positive = int(counts[(kinds & POSITIVE) > 0].sum())
    called = int(counts[(kinds & CALLED) > 0].sum())
    both = int(counts[((kinds & POSITIVE) > 0) & ((kinds & CALLED) > 0)].sum())
    return Group(
        name,
        n,
        wilson(int(counts[(kinds & RIGHT) > 0].sum()), n),
        wilson(called, n),
        wilson(both, positive),
        wilson(called - both, n - positive),
        f1_share(both, positive + called - both),
        counted,
    )


def _gaps(counts: Ints, samples: Ints, by_lot: Ints, names: Sequence[str]) -> tuple[Gap, ...]:
    seen, drawn, dealt = gaps_of(counts), gaps_of(samples), gaps_of(by_lot)
    chances = [(1 + int((dealt[name] >= seen[name] - 1e-12).sum())) / (1 + SHUFFLED) for name in GAPS]
    ends = _extremes(rates(counts), seen, names)
    found = []
    for name, p, adjusted in zip(GAPS, chances, holm(chances), strict=True):
        value = float(seen[name])
        low, high = np.quantile(drawn[name], (0.025, 0.975))
        found.append(Gap(name, value, min(float(low), value), max(float(high), value), *ends[name], p, adjusted))
    return tuple(found)


def _extremes(figures: dict[str, Floats], seen: dict[str, Floats], names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The groups with the largest and the smallest of each figure."""
    found = {}
    for name, values in figures.items():
        if np.isnan(values).all():
            found[name] = ("", "")
            continue
        found[name] = (names[int(np.nanargmax(values))], names[int(np.nanargmin(values))])
    larger = "true_positive" if seen["true_positive"] >= seen["false_positive"] else "false_positive"
    return found | {"equalised_odds": found[larger]}
