"""Golden figures of scores, intervals and of what smooths them."""

import numpy as np
import pytest

from engine.market.conformal import PRIOR_WINDOWS, calibrated, rising
from engine.market.naive import naive_scale
from engine.market.prior import prior_width
from engine.market.scores import mean_of, pinball, score

HISTORY = [1.0, 4.0, 2.0, 6.0, 3.0, 9.0]
ACTUAL, MIDDLE = np.array([4.0, 10.0, 5.0, 0.0]), np.array([5.0, 8.0, 5.0, 0.0])


def test_scores_by_hand() -> None:
    """Errors 1, 2, 0, 0; scale |2-1|, |6-4|, |3-2|, |9-6| on average 7/4 (Hyndman and Koehler 2006, eq. 5)."""
    scale = naive_scale(HISTORY, 2)
    found = score(ACTUAL, MIDDLE, MIDDLE - 1.5, MIDDLE + 1.5, scale)
    assert scale == 1.75
    assert found.mae == 0.75
    assert found.rmse == pytest.approx(np.sqrt(5 / 4))
    assert found.mase == pytest.approx(0.75 / 1.75)
    assert found.smape == pytest.approx((2 / 9 + 4 / 18 + 0 + 0) / 4)
    assert (found.coverage_90, found.points) == (0.75, 4)


def test_scores_are_those_of_nixtlas_library() -> None:
    """utilsforecast 0.2.17 is the reference of the same formulas; its sMAPE leaves out the factor 2."""
    import pandas
    from utilsforecast import losses

    rng = np.random.default_rng(3)
    history, actual, said = rng.normal(20, 4, 36), rng.normal(20, 4, 12), rng.normal(20, 4, 12)
    frame = pandas.DataFrame({"unique_id": "a", "ds": range(36, 48), "y": actual, "m": said})
    train = pandas.DataFrame({"unique_id": "a", "ds": range(36), "y": history})
    found = score(actual, said, said - 2, said + 2, naive_scale(history, 12))
    assert found.mase == pytest.approx(losses.mase(frame, ["m"], 12, train)["m"][0])
    assert found.rmse == pytest.approx(losses.rmse(frame, ["m"])["m"][0])
    assert found.smape == pytest.approx(2 * losses.smape(frame, ["m"])["m"][0])
    assert pinball(actual, said, 0.95) == pytest.approx(losses.quantile_loss(frame, {"m": "m"}, q=0.95)["m"][0])


@pytest.mark.parametrize(("quantile", "level", "loss"), [(8, 0.9, 1.8), (12, 0.9, 0.2), (8, 0.05, 0.1), (12, 0.5, 1.0)])
def test_pinball_by_hand(quantile: float, level: float, loss: float) -> None:
    """Of 10: level times what is missed above, 1 - level times what is missed below (Koenker and Bassett 1978)."""
    assert pinball([10.0], [quantile], level) == pytest.approx(loss)


def test_a_series_that_never_moved_has_no_scaled_error_and_spoils_no_mean() -> None:
    still = score([5.0], [6.0], [5.0], [7.0], naive_scale([5.0] * 9, 1))
    moved = score([5.0], [6.0], [5.0], [7.0], 2.0)
    assert still.mase is None
    assert mean_of([still, moved]).mase == 0.5


def test_a_width_is_the_18th_of_19_scores_mixed_with_the_competitions() -> None:
    """ceil((19 + 1) 0.9) = 18 (Vovk, Gammerman and Shafer 2005); 19 windows of own, `PRIOR_WINDOWS` of theirs."""
    found = calibrated([np.array([float(n)]) for n in range(1, 20)], 1, 12, "auto_ets")
    share = 19 / (19 + PRIOR_WINDOWS)
    assert found.steps[0] == pytest.approx(18 * share + float(prior_width("auto_ets", 12, 1)[0]) * (1 - share))
    assert found.windows == 19


def test_nine_tenths_of_new_errors_stay_within() -> None:
    """Exchangeable scores: at least 0.9 on average, and 1 / (n + 1) more at most."""
    rng = np.random.default_rng(0)
    inside = []
    for _pool in range(200):
        scores = np.abs(rng.normal(size=(200, 3))) * [1.0, 2.0, 3.0]
        steps = calibrated(list(scores), 3, 1, "combination").steps
        inside.append((np.abs(rng.normal(size=(50, 3))) * [1.0, 2.0, 3.0] <= steps).mean())
    assert np.mean(inside) == pytest.approx(0.9, abs=0.02)


def test_typical_sizes_never_fall_with_the_step() -> None:
    """Pool adjacent violators; scipy's on a longer example is the reference."""
    from scipy.optimize import isotonic_regression

    assert rising([1.0, 3.0, 2.0, 4.0]).tolist() == [1.0, 2.5, 2.5, 4.0]
    values = np.random.default_rng(1).normal(size=40).cumsum()
    assert rising(values) == pytest.approx(isotonic_regression(values).x)
