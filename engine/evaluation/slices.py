"""Slices: how good a model is on parts of the rows, such as long texts, one class, one language, one value of a column.

A slice is judged against all other rows: Fisher's exact test of accuracy, corrected over all slices of one cut by
Holm's method, since somewhere among many slices one always looks bad. Figures are of the exported model.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_
from engine.evaluation.bootstrap import measure_quality
from engine.evaluation.metrics import Ints
from engine.evaluation.multiple import LEVEL, holm
from engine.evaluation.proportions import fisher, share_difference, wilson
from engine.recorder import Estimate

FEW_ROWS = 30
"""A slice with fewer rows is flagged: its interval is wide, and its F1 may miss whole classes."""
MOST_VALUES = 10
"""Values of a column with a slice of their own, the commonest; the rest share one."""
MOST_CLASSES = 20
QUARTERS = 4
RESAMPLED = 500
Verdict = Literal["better", "worse", "no_difference"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A way of cutting rows into slices."""

    names: tuple[tuple[str, Mapping[str, Any]], ...]
    """Of each slice: a template and its values."""
    member: Ints
    """(n,) index of the slice that each row is in."""
    one_class: bool = False
    """True when slices hold one true class each, which leaves macro F1 without meaning."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Quality of one model on one slice."""

    template: str
    values: Mapping[str, Any]
    n: int
    accuracy: Estimate
    """With Wilson's interval."""
    f1_macro: Estimate | None
    """With its bootstrap interval; None where a slice holds one class by its nature, and where nothing was wrong: of
    that the bootstrap says that nothing is uncertain."""
    difference: Estimate | None
    """Accuracy here less that on all other rows, with Newcombe's interval; None where there are no others."""
    p: float
    p_adjusted: float
    verdict: Verdict
    few: bool = field(default=False)


def by_length(lengths: Sequence[int]) -> Cut:
    """Quarters by length in characters; equal lengths stay together, so that there may be fewer than four."""
    sizes = np.asarray(lengths, dtype=np.int64)
    inner = np.unique(np.quantile(sizes, np.arange(1, QUARTERS) / QUARTERS, method="higher"))
    member = np.searchsorted(inner, sizes, side="left")
    found, member = np.unique(member, return_inverse=True)
    ends = [(int(sizes[member == i].min()), int(sizes[member == i].max())) for i in range(len(found))]
    return Cut(tuple((N_("{low} to {high} characters"), {"low": a, "high": b}) for a, b in ends), member)


def by_class(y: NDArray[np.integer], labels: Sequence[str]) -> Cut:
    """One slice a true class, the commonest; accuracy within it is the class's recall."""
    cut = by_values([labels[c] for c in np.asarray(y)], MOST_CLASSES)
    return replace(cut, one_class=True)


def by_values(values: Sequence[str], most: int = MOST_VALUES) -> Cut:
    """One slice a value, commonest first, at most `most`; the others together, and those without a value."""
    counts = Counter(value.strip() for value in values)
    empty = counts.pop("", 0)
    kept = [value for value, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]]
    names: list[tuple[str, Mapping[str, Any]]] = [("{value}", {"value": value}) for value in kept]
    place = {value: i for i, value in enumerate(kept)}
    rest = len(counts) - len(kept)
    if rest:
        names.append((N_("{count} other values"), {"count": rest}))
    if empty:
        names.append((N_("no value"), {}))
    others, none = len(kept), len(kept) + bool(rest)
    member = [place.get(v.strip(), others) if v.strip() else none for v in values]
    return Cut(tuple(names), np.asarray(member, dtype=np.int64))


def measure_slices(cut: Cut, y: NDArray[np.integer], answers: NDArray[np.integer], classes: int) -> list[Slice]:
    """Figures of every slice, in the cut's order, from true and answered classes (n,)."""
    truth, said = np.asarray(y, dtype=np.int64), np.asarray(answers, dtype=np.int64)
    right = truth == said
    inside = [cut.member == i for i in range(len(cut.names))]
    chances = [_p(right, rows) for rows in inside]
    adjusted = holm(chances)
    return [_slice(cut, i, rows, (truth, said, classes), (chances[i], adjusted[i])) for i, rows in enumerate(inside)]


def _slice(
    cut: Cut, index: int, rows: NDArray[np.bool_], told: tuple[Ints, Ints, int], chances: tuple[float, float]
) -> Slice:
    truth, said, classes = told
    right = truth == said
    n = int(rows.sum())
    here, there = wilson(int(right[rows].sum()), n), wilson(int(right[~rows].sum()), len(rows) - n)
    difference = Estimate(*share_difference(here, there), n) if there.n else None
    f1 = None
    if not cut.one_class and here.value < 1:
        f1 = measure_quality(truth[rows], said[rows], classes, number=RESAMPLED).overall["quality.f1_macro"]
    return Slice(
        *cut.names[index],
        n,
        Estimate(here.value, here.low, here.high, n),
        None if f1 is None else Estimate(f1.value, f1.low, f1.high, n),
        difference,
        *chances,
        _verdict(difference, chances[1]),
        n < FEW_ROWS,
    )


def _p(right: NDArray[np.bool_], rows: NDArray[np.bool_]) -> float:
    """Of this slice and all other rows being answered equally well; 1 where there are no others."""
    n = int(rows.sum())
    return fisher(int(right[rows].sum()), n, int(right[~rows].sum()), len(rows) - n)


def _verdict(difference: Estimate | None, p: float) -> Verdict:
    if difference is None or p >= LEVEL:
        return "no_difference"
    return "better" if difference.value > 0 else "worse"
