"""Calibration: whether a model that says 90 % is right in 90 of 100 cases.

Of a row, only the class that the model answers and its probability count ("top-label" or confidence calibration).
All figures are of the exported model, the one that is served, also where quality is a mean over draws.

ECE: Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks (ICML 2017), eq. 3, 15 bins of equal width.
Adaptive ECE: the same over bins of equally many rows (Nixon et al., Measuring Calibration in Deep Learning, 2019).
Debiased: Kumar, Liang, Ma, Verified Uncertainty Calibration (NeurIPS 2019), sec. 5; the root of a squared error from
which the part that chance alone brings is taken. ECE has no such correction and is above 0 for a perfect model.
Brier: Monthly Weather Review 78 (1950), the sum over all classes, 0 to 2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.bootstrap import resamples
from engine.evaluation.metrics import Floats, Ints, predicted_classes
from engine.evaluation.proportions import wilson
from engine.recorder import Estimate

ECE_BINS = 15
CURVE_BINS = 10
ROWS_A_BIN = 25
"""A curve has fewer bins where they would hold fewer rows than this."""
RESAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows that were answered with about the same confidence."""

    confidence: float
    """Mean probability of the answered class."""
    accuracy: float
    low: float
    """Wilson's 95 % interval of `accuracy`."""
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a model's probabilities can be taken at their word."""

    n: int
    accuracy: float
    confidence: float
    """Mean probability of the answered class."""
    overconfidence: Estimate
    """confidence - accuracy: above 0 the model is surer than it is right."""
    ece: Estimate
    ece_adaptive: float
    debiased: float
    """Root mean square calibration error without the part that chance brings."""
    brier: Estimate
    brier_naive: float
    """Of always saying how common each class is among these rows."""
    curve: tuple[Bin, ...]
    """Bins of about equally many rows, by rising confidence."""


def calibrate(y: NDArray[np.integer], probabilities: NDArray[np.floating], *, seed: int = 0) -> Calibration:
    """Measure calibration of probabilities (n, classes) against true class indices y (n,)."""
    p, truth, rows = probabilities, np.asarray(y), np.arange(len(y))
    answers = predicted_classes(p)
    confidence = p[rows, answers].astype(np.float64)
    right = (answers == truth).astype(np.float64)
    # Of (p - o)^2 summed over classes, without a second matrix of that size.
    brier = np.einsum("ij,ij->i", p, p, dtype=np.float64) - 2.0 * p[rows, truth] + 1.0
    samples = _resampled(confidence, right, brier, seed)
    shares = np.bincount(truth, minlength=p.shape[1]) / len(p)
    even = equal_mass(confidence, ECE_BINS)
    return Calibration(
        n=len(p),
        accuracy=float(right.mean()),
        confidence=float(confidence.mean()),
        overconfidence=_percentile(float((confidence - right).mean()), samples["overconfidence"], len(p)),
        ece=expected_error(confidence, right, samples["ece"]),
        ece_adaptive=binned_error(equal_mass(confidence, ECE_BINS), confidence, right),
        debiased=debiased_error(even, confidence, right),
        brier=_percentile(float(brier.mean()), samples["brier"], len(p)),
        brier_naive=float(1 - (shares**2).sum()),
        curve=reliability_curve(confidence, right),
    )


def ece_of(y: NDArray[np.integer], probabilities: NDArray[np.floating], *, seed: int = 0) -> Estimate:
    """ECE alone, as it becomes evidence."""
    return calibrate(y, probabilities, seed=seed).ece


def equal_width(confidence: Floats, bins: int) -> Ints:
    """Bin index of each row, (n,): bins (0, 1/M], (1/M, 2/M], ... as Guo et al. cut them."""
    return np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)


def equal_mass(confidence: Floats, bins: int) -> Ints:
    """Bin index of each row, (n,): quantiles of the confidence; equal confidences always share a bin."""
    edges = np.unique(np.quantile(confidence, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.searchsorted(edges, confidence, side="left").astype(np.int64)


def binned_error(bins: Ints, confidence: Floats, right: Floats) -> float:
    """Sum over bins of |accuracy - confidence|, weighted by their rows."""
    return float(np.abs(np.bincount(bins, weights=confidence - right)).sum() / len(bins))


def debiased_error(bins: Ints, confidence: Floats, right: Floats) -> float:
    """sqrt(sum of w_b [(c_b - a_b)^2 - a_b (1 - a_b) / (n_b - 1)]), at least 0; bins of one row are left out."""
    n = np.bincount(bins)
    kept = n > 1
    n = np.maximum(n, 1)
    gap = np.bincount(bins, weights=confidence - right) / n
    accuracy = np.bincount(bins, weights=right) / n
    chance = accuracy * (1 - accuracy) / np.maximum(n - 1, 1)
    return float(np.sqrt(max(0.0, (n * (gap**2 - chance))[kept].sum() / n[kept].sum()))) if kept.any() else 0.0


def expected_error(confidence: Floats, right: Floats, samples: Floats) -> Estimate:
    """ECE with its basic bootstrap interval (Davison and Hinkley, 1997, ch. 5.2), widened to hold the value.

    ECE is biased upwards, and each resample adds the bias once more: the basic interval takes it off again, where the
    percentile interval would lie too high.
    """
    value = binned_error(equal_width(confidence, ECE_BINS), confidence, right)
    q_low, q_high = np.quantile(samples, (0.025, 0.975))
    low, high = max(0.0, 2 * value - float(q_high)), 2 * value - float(q_low)
    return Estimate(value, min(low, value), max(high, value), len(confidence))


def reliability_curve(confidence: Floats, right: Floats) -> tuple[Bin, ...]:
    """Accuracy with its interval over confidence, in up to CURVE_BINS bins of about equally many rows."""
    bins = equal_mass(confidence, max(2, min(CURVE_BINS, len(confidence) // ROWS_A_BIN)))
    found = []
    for index in np.unique(bins):
        inside = bins == index
        share = wilson(float(right[inside].sum()), int(inside.sum()))
        found.append(Bin(float(confidence[inside].mean()), share.value, share.low, share.high, share.n))
    return tuple(found)


def _resampled(confidence: Floats, right: Floats, brier: Floats, seed: int) -> dict[str, Floats]:
    """Bootstrap samples over rows, (RESAMPLED,) each."""
    n, bins = len(confidence), equal_width(confidence, ECE_BINS)
    gaps = np.zeros((n, ECE_BINS))
    gaps[np.arange(n), bins] = confidence - right
    columns = np.hstack([gaps, brier[:, None]])
    sums = np.vstack([block @ columns for block in resamples(np.ones(n, dtype=np.int64), seed, RESAMPLED)]) / n
    by_bin = sums[:, :ECE_BINS]
    return {"ece": np.abs(by_bin).sum(axis=1), "overconfidence": by_bin.sum(axis=1), "brier": sums[:, ECE_BINS]}


def _percentile(value: float, samples: Floats, n: int) -> Estimate:
    low, high = np.quantile(samples, (0.025, 0.975))
    return Estimate(value, min(float(low), value), max(float(high), value), n)
