"""Scores of a classifier: accuracy, precision, recall and F1, from counts of (true class, predicted class).

Every figure here depends on the predictions only through how often each pair (true, predicted) occurs, so that
the bootstrap can recompute all of them for thousands of resamples from counts alone.

Formulas: Manning, Raghavan, Schütze, Introduction to Information Retrieval (2008), ch. 8.3 and 13.6. The macro
average runs over the classes that occur as a truth or as a prediction, and an undefined ratio counts 0, as
`sklearn.metrics.precision_recall_fscore_support(..., average="macro", zero_division=0)` does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEASURES = ("quality.accuracy", "quality.f1_macro", "quality.precision_macro", "quality.recall_macro")


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one set of predictions; the arrays have one entry a class."""

    accuracy: float
    precision_macro: float
    recall_macro: float
    f1_macro: float
    precision: Floats
    recall: Floats
    f1: Floats
    support: Ints
    """Rows whose true class this is."""
    confusion: Ints
    """(classes, classes): rows are the true class, columns the predicted one."""

    def of(self, measure: str) -> float:
        """The value of one of MEASURES."""
        return float(getattr(self, measure.removeprefix("quality.")))


@dataclass(frozen=True, slots=True)
class CountedScores:
    """Scores of B sets of counts at once: (B,) overall, (B, classes) per class."""

    accuracy: Floats
    precision_macro: Floats
    recall_macro: Floats
    f1_macro: Floats
    precision: Floats
    recall: Floats
    f1: Floats

    def of(self, measure: str) -> Floats:
        """The values of one of MEASURES."""
        values: Floats = getattr(self, measure.removeprefix("quality."))
        return values


def predicted_classes(probabilities: NDArray[np.floating]) -> Ints:
    """The most probable class of each row of (n, classes); the first of equals."""
    return np.asarray(probabilities.argmax(axis=-1), dtype=np.int64)


def score_counts(counts: NDArray[np.integer], true: Ints, predicted: Ints, classes: int) -> CountedScores:
    """Score B sets of counts.

    counts: (B, cells), how often each cell occurs. true, predicted: (cells,), the cell's classes; the same
    pair may stand in several cells.
    """
    right = np.where(true == predicted, true, classes)
    hits = _per_class(counts, right, classes + 1)[:, :classes]
    support = _per_class(counts, true, classes)
    called = _per_class(counts, predicted, classes)
    precision, recall, f1 = _ratio(hits, called), _ratio(hits, support), _ratio(2 * hits, support + called)
    present = np.maximum(((support + called) > 0).sum(axis=1), 1)
    return CountedScores(
        accuracy=hits.sum(axis=1) / np.maximum(support.sum(axis=1), 1),
        precision_macro=precision.sum(axis=1) / present,
        recall_macro=recall.sum(axis=1) / present,
        f1_macro=f1.sum(axis=1) / present,
        precision=precision,
        recall=recall,
        f1=f1,
    )


def scores(y: NDArray[np.integer], probabilities: NDArray[np.floating]) -> Scores:
    """Score class probabilities (n, classes) against the true class indices y (n,).

    Raises InputError when there are no rows or the lengths differ.
    """
    rows, classes = probabilities.shape
    if len(y) != rows or rows == 0:
        raise InputError(
            N_("Scoring needs one prediction an example and at least one; got {truths} truths, {rows} predictions."),
            truths=len(y),
            rows=rows,
        )
    return score_classes(y, predicted_classes(probabilities), classes)


def score_classes(y: NDArray[np.integer], predicted: NDArray[np.integer], classes: int) -> Scores:
    """Score predicted class indices (n,) against the true ones (n,)."""
    truth, called = np.asarray(y, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    confusion = np.bincount(truth * classes + called, minlength=classes * classes).reshape(classes, classes)
    counted = score_counts(np.ones((1, len(truth)), dtype=np.int64), truth, called, classes)
    return Scores(
        accuracy=float(counted.accuracy[0]),
        precision_macro=float(counted.precision_macro[0]),
        recall_macro=float(counted.recall_macro[0]),
        f1_macro=float(counted.f1_macro[0]),
        precision=counted.precision[0],
        recall=counted.recall[0],
        f1=counted.f1[0],
        support=confusion.sum(axis=1),
        confusion=confusion,
    )


def majority_class(train: NDArray[np.integer], classes: int) -> int:
    """The class that most training rows have; the first of equals. It is what the naive model always answers."""
    return int(np.bincount(np.asarray(train, dtype=np.int64), minlength=classes).argmax())


def _per_class(counts: NDArray[np.integer], cell_class: Ints, classes: int) -> Floats:
    """Sum the columns of (B, cells) by class into (B, classes)."""
    order = np.argsort(cell_class, kind="stable")
    found, starts = np.unique(cell_class[order], return_index=True)
    sums = np.zeros((len(counts), classes))
    sums[:, found] = np.add.reduceat(counts[:, order], starts, axis=1)
    return sums


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
