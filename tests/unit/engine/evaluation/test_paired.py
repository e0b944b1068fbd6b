import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import InputError
from engine.evaluation.paired import compare, mcnemar, on_common_rows
from engine.evaluation.stored import Predictions


def _run(name: str, y: NDArray[np.int64], answers: NDArray[np.int64], classes: int = 2) -> Predictions:
    return Predictions(name, y, np.arange(len(y)), np.eye(classes, dtype=np.float32)[answers])


def _pair(only_a: int, only_b: int, both: int) -> tuple[Predictions, Predictions]:
    """Two runs: `only_a` rows that a alone has right, `only_b` that b alone has right, `both` that both have."""
    y = np.zeros(only_a + only_b + both, dtype=np.int64)
    a, b = y.copy(), y.copy()
    b[:only_a], a[only_a : only_a + only_b] = 1, 1
    return _run("a", y, a), _run("b", y, b)


def test_mcnemar_golden() -> None:
    # Exact two-sided binomial: 2 * P(X <= 2), X ~ Binomial(10, 1/2) = 2 * (1 + 10 + 45) / 1024.
    assert mcnemar(*_pair(8, 2, 30)) == pytest.approx(112 / 1024)
    assert mcnemar(*_pair(0, 0, 5)) == 1.0
    assert mcnemar(*_pair(3, 3, 0)) == 1.0


def test_mcnemar_is_scipys_binomial_test() -> None:
    from scipy.stats import binomtest

    for only_a, only_b in ((17, 5), (1, 9), (40, 31)):
        assert mcnemar(*_pair(only_a, only_b, 50)) == pytest.approx(binomtest(only_a, only_a + only_b).pvalue)


@pytest.mark.parametrize("measure", ["quality.accuracy", "quality.f1_macro"])
def test_better_is_said_only_when_the_interval_excludes_zero(measure: str) -> None:
    generator = np.random.default_rng(3)
    y = generator.integers(0, 2, 400)
    good = _run("good", y, np.where(generator.random(400) < 0.9, y, 1 - y))
    poor = _run("poor", y, np.where(generator.random(400) < 0.7, y, 1 - y))
    like = _run("like", y, np.roll(np.where(good.probabilities.argmax(axis=1) == y, 0, 1), 1) ^ y)
    assert compare(good, poor, measure).verdict == "better"
    assert compare(poor, good, measure).verdict == "worse"
    assert compare(good, like, measure).verdict == "no_difference"


def test_difference_is_a_minus_b() -> None:
    found = compare(*_pair(8, 2, 30))
    assert found.difference == pytest.approx(6 / 40)
    assert found.low < found.difference < found.high
    assert (found.n, found.measure) == (40, "quality.accuracy")


def test_a_run_does_not_differ_from_itself() -> None:
    a, _ = _pair(8, 2, 30)
    found = compare(a, a)
    assert (found.difference, found.low, found.high, found.verdict) == (0.0, 0.0, 0.0, "no_difference")


def test_pairing_is_by_row_and_not_by_position() -> None:
    a, b = _pair(8, 2, 30)
    back = np.arange(40)[::-1]
    turned = Predictions("b", b.y[back], b.row[back], b.probabilities[back])
    assert compare(a, turned) == compare(a, b)


def test_different_rows_are_refused_by_name_and_common_rows_offered() -> None:
    a, b = _pair(8, 2, 30)
    part = Predictions("part", b.y[5:], b.row[5:], b.probabilities[5:])
    with pytest.raises(InputError, match=r"Runs a and part .* different rows"):
        compare(a, part)
    assert compare(*on_common_rows(a, part)).n == 35
    far = Predictions("far", b.y, b.row + 1000, b.probabilities)
    with pytest.raises(InputError, match="Runs a and far share no evaluated rows"):
        on_common_rows(a, far)


def test_draws_compare_as_their_mean() -> None:
    a, b = _pair(8, 2, 30)
    drawn = Predictions("drawn", a.y, a.row, a.probabilities, np.stack([a.probabilities, b.probabilities]))
    found = compare(drawn, b)
    assert found.difference == pytest.approx(3 / 40)
    assert found.verdict == "no_difference"
