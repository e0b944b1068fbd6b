"""95 % intervals by the percentile bootstrap (Efron, Annals of Statistics 7, 1979; Efron and Tibshirani, 1993, ch. 13).

Drawing n of n rows with replacement and counting them by pattern gives exactly a multinomial count over the
patterns. All scores depend on the counts alone, so the row bootstrap is done on counts: its cost follows the
number of different patterns (true class, predicted class), not the number of rows.

Figures that are a mean over several draws of the training examples have two sources of chance: the rows they were
scored on and the draws. Both are resampled in each replicate, rows in common for all draws, as they are crossed
and not nested (the pigeonhole bootstrap: Owen, Annals of Applied Statistics 1, 2007). With d draws this
understates the part that comes from the draws by the factor (d - 1) / d, as every bootstrap of d values does.

Where nothing was wrong, or nothing right, all resamples agree and the bootstrap says that nothing is uncertain. There
the ends are Wilson's (see `proportions`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.metrics import MEASURES, CountedScores, Floats, Ints, score_counts
from engine.evaluation.proportions import wilson
from engine.recorder import Estimate

RESAMPLES = 2000
BLOCK_CELLS = 2_000_000
"""Counts held at once: resamples x patterns; 16 MB."""
CLASS_FIGURES = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True)
class ClassQuality:
    """Figures of one class; quantiles are left out."""

    support: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Quality:
    """All figures of one model, or of the mean over draws, on one split."""

    overall: dict[str, Estimate]
    """By key of `engine.evaluation.metrics.MEASURES`."""
    per_class: tuple[ClassQuality, ...]


def estimate(value: float, samples: Floats, n: int) -> Estimate:
    """The 2.5 % and 97.5 % quantiles of bootstrap samples (B,) around a value, and 101 quantiles of them."""
    quantiles = np.quantile(samples, np.linspace(0.0, 1.0, 101))
    low, high = _interval(value, samples)
    return Estimate(float(value), low, high, n, tuple(float(q) for q in quantiles))


def _share(value: float, samples: Floats, n: int) -> Estimate:
    """The same for a share of n rows, which is uncertain even where all resamples agree."""
    found = estimate(value, samples, n)
    if not _agree(value, samples):
        return found
    low, high = _certain(value, n)
    return replace(found, low=low, high=high)


def _interval(value: float, samples: Floats) -> tuple[float, float]:
    """The percentile interval, widened to hold the value.

    With a handful of rows a class, resamples lose whole classes, and all replicates of a macro figure may lie below it.
    """
    low, high = np.quantile(samples, (0.025, 0.975))
    return min(float(low), float(value)), max(float(high), float(value))


def patterns(*columns: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return the different rows of the given columns as (columns, patterns), and how often each occurs."""
    table = np.stack([np.asarray(c, dtype=np.int64) for c in columns])
    found, counts = np.unique(table, axis=1, return_counts=True)
    return found, counts.astype(np.int64)


def resamples(counts: Ints, seed: int, number: int = RESAMPLES) -> Iterator[Ints]:
    """Yield blocks (b, patterns) of bootstrap counts, `number` in all; the same for the same seed."""
    generator = np.random.default_rng(seed)
    block = max(1, min(number, BLOCK_CELLS // len(counts)))
    total = int(counts.sum())
    for start in range(0, number, block):
        yield generator.multinomial(total, counts / total, size=min(block, number - start))


def draw_weights(draws: int, number: int, seed: int) -> Floats:
    """How much each draw weighs in each resample, (number, draws); rows sum to 1. One draw always weighs 1."""
    if draws == 1:
        return np.ones((number, 1))
    generator = np.random.default_rng([seed, draws])
    return generator.multinomial(draws, np.full(draws, 1 / draws), size=number) / draws


def measure_quality(
    y: NDArray[np.integer], predicted: NDArray[np.integer], classes: int, *, seed: int = 0, number: int = RESAMPLES
) -> Quality:
    """Figures with intervals of predicted classes: (n,) of one model, or (draws, n) for the mean over draws."""
    table = np.atleast_2d(np.asarray(predicted, dtype=np.int64))
    found, counts = patterns(y, *table)
    truth, called = found[0], found[1:]
    point = [score_counts(counts[None], truth, c, classes) for c in called]
    weights = draw_weights(len(called), number, seed)
    samples = _sampled(found, counts, weights, classes, seed)
    overall = {
        measure: _share(float(np.mean([p.of(measure)[0] for p in point])), samples[measure], len(y))
        for measure in MEASURES
    }
    support = np.bincount(np.asarray(y, dtype=np.int64), minlength=classes)
    return Quality(overall, tuple(_class_quality(c, point, samples, int(support[c])) for c in range(classes)))


def _sampled(found: Ints, counts: Ints, weights: Floats, classes: int, seed: int) -> dict[str, Floats]:
    """Bootstrap samples of every figure: (number,) by measure, (number, classes) by class figure."""
    number = len(weights)
    samples: dict[str, Floats] = {measure: np.zeros(number) for measure in MEASURES}
    samples |= {figure: np.zeros((number, classes)) for figure in CLASS_FIGURES}
    start = 0
    for block in resamples(counts, seed, number):
        part = slice(start, start + len(block))
        for draw, called in enumerate(found[1:]):
            scored, weight = score_counts(block, found[0], called, classes), weights[part, draw]
            for measure in MEASURES:
                samples[measure][part] += weight * scored.of(measure)
            for figure in CLASS_FIGURES:
                samples[figure][part] += weight[:, None] * getattr(scored, figure)
        start += len(block)
    return samples


def _class_quality(index: int, point: list[CountedScores], samples: dict[str, Floats], support: int) -> ClassQuality:
    def figure(name: str) -> Estimate:
        value = float(np.mean([getattr(p, name)[0, index] for p in point]))
        drawn = samples[name][:, index]
        return Estimate(
            value, *(_certain(value, support) if _agree(value, drawn) else _interval(value, drawn)), support
        )

    return ClassQuality(support, figure("precision"), figure("recall"), figure("f1"))


def _agree(value: float, samples: Floats) -> bool:
    """Whether a share is 0 or 1 in every resample, as in the rows themselves."""
    return value in (0.0, 1.0) and bool((samples == value).all())


def _certain(value: float, n: int) -> tuple[float, float]:
    """The ends of a share that was 0 or 1 on all of n rows."""
    share = wilson(value * n, n)
    return share.low, share.high
