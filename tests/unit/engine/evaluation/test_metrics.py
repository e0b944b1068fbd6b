"""Hand-computed scores, and scikit-learn as an independent oracle."""

import numpy as np
import pytest

from engine.errors import InputError
from engine.evaluation.metrics import majority_class, score_classes, scores


def test_golden_two_classes() -> None:
    # Manning, Raghavan, Schütze (2008) 8.3: tp = 3, fp = 1, fn = 2, tn = 4 of class 1.
    y = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    predicted = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    found = score_classes(y, predicted, 2)
    assert found.accuracy == pytest.approx(7 / 10)
    assert found.precision.tolist() == pytest.approx([4 / 6, 3 / 4])
    assert found.recall.tolist() == pytest.approx([4 / 5, 3 / 5])
    assert found.f1.tolist() == pytest.approx([8 / 11, 6 / 9])
    assert found.f1_macro == pytest.approx((8 / 11 + 6 / 9) / 2)
    assert found.precision_macro == pytest.approx((4 / 6 + 3 / 4) / 2)
    assert found.recall_macro == pytest.approx((4 / 5 + 3 / 5) / 2)
    assert found.confusion.tolist() == [[4, 1], [2, 3]]
    assert found.support.tolist() == [5, 5]


def test_a_class_that_never_occurs_does_not_lower_the_macro_average() -> None:
    found = score_classes(np.array([0, 1]), np.array([0, 1]), 3)
    assert found.f1_macro == 1.0
    assert found.f1.tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize("classes", [2, 3, 7, 40])
def test_equal_to_scikit_learn(classes: int) -> None:
    from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

    generator = np.random.default_rng(classes)
    y = generator.integers(0, classes, 120)
    probabilities = generator.random((120, classes))
    predicted = probabilities.argmax(axis=1)
    found = scores(y, probabilities)
    macro = precision_recall_fscore_support(y, predicted, average="macro", zero_division=0)
    each = precision_recall_fscore_support(y, predicted, labels=range(classes), average=None, zero_division=0)
    assert found.accuracy == pytest.approx(accuracy_score(y, predicted))
    assert (found.precision_macro, found.recall_macro, found.f1_macro) == pytest.approx(macro[:3])
    assert np.allclose([found.precision, found.recall, found.f1], each[:3])
    assert np.array_equal(found.support, each[3])
    assert np.array_equal(found.confusion, confusion_matrix(y, predicted, labels=range(classes)))


@pytest.mark.parametrize(("truths", "rows"), [(0, 0), (3, 2)])
def test_lengths_must_agree(truths: int, rows: int) -> None:
    with pytest.raises(InputError, match=f"{truths} truths, {rows} predictions"):
        scores(np.zeros(truths, dtype=np.int64), np.ones((rows, 2)))


def test_majority_is_the_first_of_equals() -> None:
    assert majority_class(np.array([2, 1, 1, 2]), 4) == 1
