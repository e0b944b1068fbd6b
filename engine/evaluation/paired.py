"""Compare two runs on the same examples: difference with interval, and McNemar's exact test.

The difference is resampled over the rows that both answered, so what is easy or hard for both cancels out. Runs
whose quality is a mean over draws have their draws resampled too (see `bootstrap`).
McNemar, Psychometrika 12 (1947), exact form: two-sided binomial test of the rows that exactly one run got right.
Where several runs are tested at once, `corrected` keeps the verdicts honest by Holm's method.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

import numpy as np

from engine.errors import N_, InputError
from engine.evaluation.bootstrap import RESAMPLES, draw_weights, estimate, patterns, resamples
from engine.evaluation.metrics import Floats, Ints, predicted_classes, score_counts
from engine.evaluation.multiple import LEVEL, holm
from engine.evaluation.stored import Predictions

Verdict = Literal["better", "worse", "no_difference"]


@dataclass(frozen=True, slots=True)
class Paired:
    """How much better run `a` is than run `b` in one measure."""

    measure: str
    difference: float
    """a minus b; all measures here are shares where higher is better."""
    low: float
    high: float
    verdict: Verdict
    """"better" or "worse" only when the 95 % interval excludes zero and `p_adjusted` is below 0.05."""
    mcnemar_p: float
    """Of the two exported models' accuracy: chance of a split this uneven, or more, if both were equally good."""
    n: int
    p: float
    """Two-sided bootstrap p of the difference (Davison and Hinkley, Bootstrap Methods, 1997, ch. 4.4), never 0."""
    p_adjusted: float
    """The same after Holm's correction over all pairs that were tested together; `p` itself for one pair."""


def compare(
    a: Predictions, b: Predictions, measure: str = "quality.accuracy", *, seed: int = 0, number: int = RESAMPLES
) -> Paired:
    """Compare two runs on the same rows. Raises InputError naming both runs when the rows are not the same."""
    a, b = _aligned(a, b)
    ours, theirs = a.answers(), b.answers()
    found, counts = patterns(a.y, *ours, *theirs)
    weights = np.hstack([draw_weights(len(ours), number, seed), -draw_weights(len(theirs), number, seed + 1)])
    signs = np.hstack([np.full(len(ours), 1 / len(ours)), np.full(len(theirs), -1 / len(theirs))])
    point = float(_differences(counts[None], found, signs[None], measure, a.classes)[0])
    samples, start = np.zeros(number), 0
    for block in resamples(counts, seed, number):
        part = slice(start, start + len(block))
        samples[part] = _differences(block, found, weights[part], measure, a.classes)
        start += len(block)
    interval = estimate(point, samples, len(a.y))
    p = _chance(samples)
    verdict = _verdict(interval.low, interval.high, p)
    return Paired(measure, point, interval.low, interval.high, verdict, mcnemar(a, b), len(a.y), p, p)


def corrected(found: Sequence[Paired]) -> list[Paired]:
    """Pairs tested together, with `p_adjusted` by Holm's method over all of them and verdicts that respect it."""
    adjusted = holm([one.p for one in found])
    return [
        replace(one, p_adjusted=p, verdict=_verdict(one.low, one.high, p))
        for one, p in zip(found, adjusted, strict=True)
    ]


def on_common_rows(a: Predictions, b: Predictions) -> tuple[Predictions, Predictions]:
    """Restrict two runs on one data set to the rows that both evaluated.

    Raises InputError naming both runs when they share none.
    """
    ours, theirs = all_on_common_rows([a, b])
    return ours, theirs


def all_on_common_rows(runs: Sequence[Predictions]) -> list[Predictions]:
    """Restrict runs on one data set to the rows that all of them evaluated, in ascending order.

    Raises InputError naming the first run and the first that shares no row with those before it.
    """
    for count in range(2, len(runs) + 1):
        if len(_shared(runs[:count])) == 0:
            raise InputError(
                N_("Runs {a} and {b} share no evaluated rows, so they cannot be compared."),
                a=runs[0].run,
                b=runs[count - 1].run,
            )
    shared = _shared(runs)
    return [restricted_to(run, shared) for run in runs]


def _shared(runs: Sequence[Predictions]) -> Ints:
    return reduce(np.intersect1d, [run.row for run in runs])


def mcnemar(a: Predictions, b: Predictions) -> float:
    """Two-sided exact p of the two exported models being right equally often; 1 when they never disagree."""
    right_a = predicted_classes(a.probabilities) == a.y
    right_b = predicted_classes(b.probabilities) == b.y
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    if only_a + only_b == 0:
        return 1.0
    return min(1.0, 2.0 * _at_most_heads(min(only_a, only_b), only_a + only_b))


def _at_most_heads(heads: int, tosses: int) -> float:
    """Chance of at most so many heads in fair tosses, exact until the last division.

    Whole numbers instead of scipy's `bdtr`: the dashboard compares runs too, and scipy is 13 MB of its memory.
    """
    total = ways = 1
    for i in range(1, heads + 1):
        ways = ways * (tosses - i + 1) // i
        total += ways
    return total / (1 << tosses)


def _differences(counts: Ints, found: Ints, weights: Floats, measure: str, classes: int) -> Floats:
    """Weighted sum over the answers of both runs, (B,); the weights of `b` are negative."""
    total = np.zeros(len(counts))
    for column, called in enumerate(found[1:]):
        total += weights[:, column] * score_counts(counts, found[0], called, classes).of(measure)
    return total


def _aligned(a: Predictions, b: Predictions) -> tuple[Predictions, Predictions]:
    """Both runs with their rows in ascending order."""
    a, b = restricted_to(a, np.sort(a.row)), restricted_to(b, np.sort(b.row))
    if not np.array_equal(a.row, b.row):
        raise InputError(
            N_("Runs {a} and {b} were evaluated on different rows ({rows_a} and {rows_b} of them)."),
            a=a.run,
            b=b.run,
            rows_a=len(a.row),
            rows_b=len(b.row),
            remedy=N_("Compare them on the rows they share."),
        )
    if a.classes != b.classes or not np.array_equal(a.y, b.y):
        raise InputError(
            N_("Runs {a} and {b} have different classes for the same rows, so they cannot be compared."),
            a=a.run,
            b=b.run,
        )
    return a, b


def restricted_to(run: Predictions, rows: Ints) -> Predictions:
    """The given rows of a run, in their order; each must be there."""
    order = np.argsort(run.row, kind="stable")
    at = order[np.searchsorted(run.row[order], rows)]
    draws = None if run.draws is None else run.draws[:, at]
    return Predictions(run.run, run.y[at], run.row[at], run.probabilities[at], draws)


def _chance(samples: Floats) -> float:
    """Twice the share of resamples on the rarer side of zero, the observed one counted in, at most 1."""
    rarer = min(int((samples <= 0).sum()), int((samples >= 0).sum()))
    return min(1.0, 2 * (1 + rarer) / (1 + len(samples)))


def _verdict(low: float, high: float, p: float) -> Verdict:
    if p >= LEVEL:
        return "no_difference"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "no_difference"
