"""Golden values: softmax of (0, ln 3) is (1/4, 3/4); the logistic function of ln 3 is 3/4."""

import math

import numpy as np
import pytest

from engine.inference.arithmetic import logistic_probabilities, sigmoid, softmax


def test_softmax_golden_value() -> None:
    assert softmax(np.array([[0.0, math.log(3)]]))[0].tolist() == pytest.approx([0.25, 0.75])


def test_softmax_of_huge_scores_is_finite() -> None:
    assert softmax(np.array([[1e30, 0.0], [-1e30, 0.0]])).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_sigmoid_golden_value_and_tails() -> None:
    assert sigmoid(np.array([math.log(3), -1e9, 1e9])).tolist() == pytest.approx([0.75, 0.0, 1.0])


def test_two_classes_use_one_column_and_the_second_class() -> None:
    result = logistic_probabilities(np.array([[math.log(3)]]), np.array([0, 2]), 3)
    assert result.dtype == np.float32
    assert result[0].tolist() == pytest.approx([0.25, 0.0, 0.75])
