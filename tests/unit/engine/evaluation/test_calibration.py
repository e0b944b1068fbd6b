import numpy as np
import pytest
from numpy.typing import NDArray

from engine.evaluation.calibration import (
    ECE_BINS,
    binned_error,
    calibrate,
    debiased_error,
    equal_mass,
    equal_width,
    reliability_curve,
)


def _binary(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that class 1 is answered with this confidence, which is right or not."""
    return right.astype(np.int64), np.stack([1 - confidence, confidence], axis=1)


def _drawn(n: int, seed: int, more: float = 0.0) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """A model whose confidence is `more` above its true accuracy."""
    generator = np.random.default_rng(seed)
    truth = generator.uniform(0.55, 0.9, n)
    return _binary(truth + more, generator.random(n) < truth)


def test_ece_golden() -> None:
    # Guo et al. 2017, eq. 3, by hand: two bins of 15 are used, (.6, .667] and (.867, .933].
    # 4 rows at .65, 1 right: |.25 - .65| = .4; 6 rows at .9, 6 right: |1 - .9| = .1; (4 x .4 + 6 x .1) / 10 = .22.
    confidence = np.array([0.65] * 4 + [0.9] * 6)
    right = np.array([True] + [False] * 3 + [True] * 6)
    y, probabilities = _binary(confidence, right)
    found = calibrate(y, probabilities)
    assert found.ece.value == pytest.approx(0.22)
    assert found.ece_adaptive == pytest.approx(0.22)
    assert found.overconfidence.value == pytest.approx(0.8 - 0.7)
    assert (found.accuracy, found.confidence, found.n) == (pytest.approx(0.7), pytest.approx(0.8), 10)


def test_bins_are_open_below_and_closed_above() -> None:
    assert equal_width(np.array([0.0, 1 / 15, 1 / 15 + 1e-9, 1.0]), ECE_BINS).tolist() == [0, 0, 1, 14]


def test_equal_confidences_share_a_bin() -> None:
    bins = equal_mass(np.array([0.6] * 7 + [0.8, 0.9, 1.0]), 5)
    assert len(set(bins[:7].tolist())) == 1


def test_brier_golden() -> None:
    # Brier 1950: sums over classes: (.3^2 + .3^2) and (.6^2 + .6^2); mean .45. Always saying half: .5.
    found = calibrate(np.array([0, 1]), np.array([[0.7, 0.3], [0.6, 0.4]]))
    assert found.brier.value == pytest.approx((0.18 + 0.72) / 2)
    assert found.brier_naive == pytest.approx(0.5)


def test_the_debiased_error_takes_the_part_of_chance_off() -> None:
    # Kumar et al. 2019, sec. 5: one bin of 4 rows at .8, 2 right: (.8 - .5)^2 - .5 x .5 / 3 = .09 - .08333.
    confidence, right = np.full(4, 0.8), np.array([1.0, 1.0, 0.0, 0.0])
    assert debiased_error(np.zeros(4, dtype=np.int64), confidence, right) == pytest.approx(np.sqrt(0.09 - 0.25 / 3))
    mean = [debiased_error(equal_mass(p[:, 1], 15), p[:, 1], y * 1.0) for y, p in (_drawn(600, s) for s in range(20))]
    plain = [binned_error(equal_mass(p[:, 1], 15), p[:, 1], y * 1.0) for y, p in (_drawn(600, s) for s in range(20))]
    assert np.mean(mean) < 0.6 * np.mean(plain)  # a perfect model: what is left of either is chance


def test_the_interval_covers_the_true_error() -> None:
    """A model that is 10 points too sure everywhere has an ECE of .10, which the interval must hold."""
    held = 0
    for seed in range(40):
        found = calibrate(*_drawn(500, seed, more=0.1)).ece
        held += found.low <= 0.10 <= found.high
        assert found.low <= found.value <= found.high
    assert held >= 35  # 95 % of 40, less what 40 draws leave to chance (P < 0.05 for fewer)


def test_a_model_that_is_too_sure_is_told_from_a_perfect_one() -> None:
    assert calibrate(*_drawn(2000, 1, more=0.1)).overconfidence.low > 0
    perfect = calibrate(*_drawn(2000, 1)).overconfidence
    assert perfect.low < 0 < perfect.high


def test_the_curve_holds_every_row_once_in_even_bins() -> None:
    y, p = _drawn(400, 3)
    curve = reliability_curve(p[:, 1], y.astype(np.float64))
    assert sum(bin.n for bin in curve) == 400
    assert len(curve) == 10
    assert all(bin.low <= bin.accuracy <= bin.high for bin in curve)
    assert [bin.confidence for bin in curve] == sorted(bin.confidence for bin in curve)
    assert len(reliability_curve(p[:60, 1], y[:60].astype(np.float64))) == 2
