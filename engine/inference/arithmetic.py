"""Scores to probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


def softmax(scores: Floats) -> NDArray[np.float64]:
    """Row-wise softmax of (n, k) scores, in float64, shifted by each row's maximum against overflow."""
    shifted = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


def sigmoid(scores: Floats) -> NDArray[np.float64]:
    """1 / (1 + exp(-s)), computed so that neither tail overflows."""
    result: NDArray[np.float64] = 0.5 * (1.0 + np.tanh(0.5 * scores.astype(np.float64)))
    return result


def logistic_probabilities(scores: Floats, classes: NDArray[np.int64], labels: int) -> NDArray[np.float32]:
    """Probabilities (n, labels) as scikit-learn's LogisticRegression.predict_proba gives them.

    `scores` is (n, 1) for two classes (sigmoid, the column being the second class), else (n, classes) (softmax).
    `classes` are the label indices that the classifier has seen; the others get 0.
    """
    if scores.shape[1] == 1:
        positive = sigmoid(scores[:, 0])
        known = np.stack([1.0 - positive, positive], axis=1)
    else:
        known = softmax(scores)
    result = np.zeros((len(scores), labels), dtype=np.float32)
    result[:, classes] = known
    return result
