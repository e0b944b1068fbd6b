"""Rows for a person's eye: the least sure, and the most confidently contradicted."""

import math

import numpy as np
import pytest

from engine.evaluation.doubt import agreement, doubts, uncertainty


def test_uncertainty_is_entropy_in_parts_of_its_largest_value() -> None:
    found = uncertainty(np.array([[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0.0]]))
    assert found == pytest.approx([0.0, 1.0, math.log(2) / math.log(3)])


def test_doubts_are_contradictions_the_most_confident_first() -> None:
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.05, 0.95]])
    found = doubts([11, 12, 13, 14], [0, 0, 0, 0], p)
    assert [(d.row, d.answer) for d in found] == [(14, 1), (12, 1), (13, 1)]
    assert found[0].margin == pytest.approx(0.9)
    assert found[0].probability == pytest.approx(0.95)


def test_agreement_is_over_rows_that_both_labelled() -> None:
    share = agreement({1: "a", 2: "b", 3: "a"}, {2: "b", 3: "b", 4: "a"})
    assert (share.value, share.n) == (0.5, 2)
    assert agreement({1: "a"}, {}).n == 0
