"""Over-fitting: how much better a model is on rows of the training split than on rows that it has never seen.

A gap is no fault in itself: a model may know its training rows by heart and still be the best on new ones. It says how
little the training figures can be trusted, and that more data or fewer weights may help.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.evaluation.bootstrap import patterns, resamples
from engine.evaluation.metrics import MEASURES, Floats, predicted_classes, score_counts
from engine.evaluation.stored import Predictions
from engine.recorder import Estimate

LARGE = 0.10
"""A gap whose whole interval is above this is called large."""
Verdict = Literal["none", "some", "large"]


@dataclass(frozen=True, slots=True)
class Fit:
    """One measure of the exported model on both sides, and the gap between them."""

    measure: str
    train: Estimate
    validation: Estimate
    gap: Estimate
    """train - validation, with its bootstrap interval; the rows of both sides are resampled independently."""
    verdict: Verdict
    """"none" when the interval of the gap holds zero or lies below it, "large" when it lies above LARGE."""


def train_gap(train: Predictions, validation: Predictions, measure: str = MEASURES[0], *, seed: int = 0) -> Fit:
    """Compare a run's answers to a sample of training rows with those to the validation rows."""
    ours, on_train = _samples(train, measure, seed)
    theirs, on_validation = _samples(validation, measure, seed + 1)
    gap = _estimate(ours - theirs, on_train - on_validation, len(train.y))
    verdict: Verdict = "none" if gap.low <= 0 else "large" if gap.low > LARGE else "some"
    return Fit(
        measure,
        _estimate(ours, on_train, len(train.y)),
        _estimate(theirs, on_validation, len(validation.y)),
        gap,
        verdict,
    )


def _samples(run: Predictions, measure: str, seed: int) -> tuple[float, Floats]:
    """The measure of the exported model's answers, and its bootstrap samples."""
    (truth, said), counts = patterns(run.y, predicted_classes(run.probabilities))
    value = float(score_counts(counts[None], truth, said, run.classes).of(measure)[0])
    drawn = [score_counts(block, truth, said, run.classes).of(measure) for block in resamples(counts, seed)]
    return value, np.concatenate(drawn)


def _estimate(value: float, samples: Floats, n: int) -> Estimate:
    low, high = np.quantile(samples, (0.025, 0.975))
    return Estimate(value, min(float(low), value), max(float(high), value), n)
