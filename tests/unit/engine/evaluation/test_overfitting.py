import numpy as np
import pytest

from engine.evaluation.overfitting import train_gap
from engine.evaluation.proportions import share_difference, wilson
from engine.evaluation.stored import Predictions


def _run(n: int, right: int) -> Predictions:
    y = np.zeros(n, dtype=np.int64)
    return Predictions("run", y, np.arange(n), np.eye(2, dtype=np.float32)[np.r_[y[:right], np.ones(n - right, int)]])


def test_the_gap_golden() -> None:
    found = train_gap(_run(200, 198), _run(100, 80))
    assert (found.train.value, found.validation.value) == (0.99, 0.8)
    assert found.gap.value == pytest.approx(0.19)
    # Two independent shares: the bootstrap must agree with Newcombe's interval to about a point.
    _difference, low, high = share_difference(wilson(198, 200), wilson(80, 100))
    assert (found.gap.low, found.gap.high) == pytest.approx((low, high), abs=0.015)
    assert found.verdict == "large"


def test_a_small_gap_and_none() -> None:
    assert train_gap(_run(1000, 950), _run(1000, 880)).verdict == "some"
    assert train_gap(_run(300, 270), _run(300, 266)).verdict == "none"
    assert train_gap(_run(300, 200), _run(300, 270)).verdict == "none"


def test_it_is_of_the_exported_model_where_quality_is_a_mean_over_draws() -> None:
    one = _run(100, 80)
    drawn = Predictions("run", one.y, one.row, one.probabilities, np.stack([one.probabilities, 1 - one.probabilities]))
    assert train_gap(drawn, one).gap.value == 0.0
    assert train_gap(one, one, "quality.f1_macro").measure == "quality.f1_macro"
