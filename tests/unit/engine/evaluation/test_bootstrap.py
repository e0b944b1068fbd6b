import time

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.evaluation.bootstrap import estimate, measure_quality
from engine.evaluation.metrics import score_classes


def _answers(rows: int, classes: int, right: float, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    y = generator.integers(0, classes, rows)
    return y, np.where(generator.random(rows) < right, y, generator.integers(0, classes, rows))


def test_estimate_is_the_percentile_interval() -> None:
    # Efron and Tibshirani (1993) 13.3: the interval is the 2.5 % and 97.5 % quantile of the replicates.
    found = estimate(50.0, np.arange(101.0), 7)
    assert (found.value, found.low, found.high, found.n) == (50.0, 2.5, 97.5, 7)
    assert found.quantiles == pytest.approx(range(101))


def test_accuracy_interval_is_the_binomial_one() -> None:
    # The bootstrap of a share is Binomial(n, share) / n: for 400 rows, .8 the quantiles are .76 and .8375.
    from scipy.stats import binom

    y = np.zeros(400, dtype=np.int64)
    found = measure_quality(y, np.where(np.arange(400) < 320, 0, 1), 2, number=20_000).overall["quality.accuracy"]
    assert found.value == pytest.approx(0.8)
    assert found.low == pytest.approx(binom.ppf(0.025, 400, 0.8) / 400, abs=0.003)
    assert found.high == pytest.approx(binom.ppf(0.975, 400, 0.8) / 400, abs=0.003)


def test_counts_give_the_distribution_that_resampled_rows_give() -> None:
    y, predicted = _answers(90, 4, 0.6)
    generator = np.random.default_rng(1)
    rows = generator.integers(0, 90, size=(4000, 90))
    by_rows = [score_classes(y[r], predicted[r], 4).f1_macro for r in rows]
    found = measure_quality(y, predicted, 4, number=4000).overall["quality.f1_macro"]
    assert found.low == pytest.approx(np.quantile(by_rows, 0.025), abs=0.01)
    assert found.high == pytest.approx(np.quantile(by_rows, 0.975), abs=0.01)


def test_same_seed_same_interval() -> None:
    y, predicted = _answers(100, 3, 0.7)
    assert measure_quality(y, predicted, 3, seed=4) == measure_quality(y, predicted, 3, seed=4)
    assert measure_quality(y, predicted, 3, seed=4) != measure_quality(y, predicted, 3, seed=5)


def test_values_are_those_of_the_rows() -> None:
    y, predicted = _answers(300, 5, 0.7)
    found, expected = measure_quality(y, predicted, 5), score_classes(y, predicted, 5)
    for measure, figure in found.overall.items():
        assert figure.value == pytest.approx(expected.of(measure))
        assert figure.low <= figure.value <= figure.high
    assert [c.f1.value for c in found.per_class] == pytest.approx(expected.f1.tolist())
    assert [c.support for c in found.per_class] == expected.support.tolist()


def test_draws_that_differ_widen_the_interval() -> None:
    y = np.zeros(2000, dtype=np.int64)
    draws = np.stack([np.where(np.arange(2000) < right, 0, 1) for right in (1000, 1300, 1600, 1900, 1950)])
    spread, single = measure_quality(y, draws, 2), measure_quality(y, draws[2], 2)
    wide, narrow = spread.overall["quality.accuracy"], single.overall["quality.accuracy"]
    assert wide.value == pytest.approx(np.mean([0.5, 0.65, 0.8, 0.95, 0.975]))
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_equal_draws_give_the_interval_of_one() -> None:
    y, predicted = _answers(200, 3, 0.7)
    one = measure_quality(y, predicted, 3).overall["quality.f1_macro"]
    five = measure_quality(y, np.stack([predicted] * 5), 3).overall["quality.f1_macro"]
    assert (five.value, five.low, five.high) == pytest.approx((one.value, one.low, one.high))


def test_a_thousand_classes_stay_fast() -> None:
    y, predicted = _answers(10_000, 1000, 0.7)
    start = time.process_time()
    found = measure_quality(y, predicted, 1000)
    assert time.process_time() - start < 10
    assert len(found.per_class) == 1000


def test_an_interval_holds_its_value_even_with_two_rows_a_class() -> None:
    y = np.repeat(np.arange(300), 2)
    predicted = np.where(np.random.default_rng(0).random(600) < 0.1, y, np.roll(y, 7))
    found = measure_quality(y, predicted, 300)
    for figure in found.overall.values():
        assert figure.low <= figure.value <= figure.high


def test_nothing_wrong_is_not_certainty() -> None:
    """Of 27 rows all right: the ends are Wilson's, 27/27 = 0.8754 to 1, by hand n / (n + z^2)."""
    y = np.array([0] * 27 + [1] * 27)
    found = measure_quality(y, y, 2)
    recall = found.per_class[0].recall
    assert (recall.value, recall.high) == (1.0, 1.0)
    assert recall.low == pytest.approx(27 / (27 + 1.959964**2), abs=1e-6)
    assert found.overall["quality.accuracy"].low == pytest.approx(54 / (54 + 1.959964**2), abs=1e-6)
