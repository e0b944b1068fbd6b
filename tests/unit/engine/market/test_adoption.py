"""Curves of adoption against published fits. Values recalled from Srinivasan & Mason (Marketing Science 5, 1986)."""

import math

import numpy as np
import pytest

from engine.errors import InputError, UnknownName
from engine.market.adoption import fit_adoption

COLOUR_TV = (747, 1480, 2646, 5118, 5777, 5982, 5962, 4631)
"""1963 to 1970, thousands."""
AIR_CONDITIONERS = (96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500)
"""Room air conditioners, 1949 to 1961, thousands."""
DRYERS = (106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236)
"""Clothes dryers, 1949 to 1961, thousands."""


@pytest.mark.parametrize(
    ("sales", "p", "q", "m"),
    [(COLOUR_TV, 0.0185, 0.6159, 39_659), (AIR_CONDITIONERS, 0.0094, 0.3748, 18_713), (DRYERS, 0.0136, 0.3267, 16_497)],
    ids=["colour TV", "air conditioners", "dryers"],
)
def test_bass_by_least_squares_gives_the_published_fit(sales: tuple[float, ...], p: float, q: float, m: float) -> None:
    found = fit_adoption(sales, resamples=0).parameters
    assert found["p"].value == pytest.approx(p, abs=5e-5)
    assert found["q"].value == pytest.approx(q, abs=5e-5)
    assert found["m"].value == pytest.approx(m, abs=0.6)


def test_basss_regression_answers_differently() -> None:
    """Computed: p .0357, q .6719, m 35,495 for colour TV."""
    found = fit_adoption(COLOUR_TV, "bass_ols")
    assert {name: round(one.value, 4) for name, one in found.parameters.items() if name != "m"} == {
        "p": 0.0357,
        "q": 0.6719,
    }
    assert found.parameters["m"].value == pytest.approx(35_495, abs=1)
    assert found.resamples == 0


def test_a_logistic_curve_is_found_again() -> None:
    edges = np.arange(13)
    sales = np.diff(5000 / (1 + np.exp(-0.7 * (edges - 6))))
    found = fit_adoption(sales, "logistic_nls", resamples=0).parameters
    assert [found[name].value for name in ("k", "t0", "m")] == pytest.approx([0.7, 6, 5000], rel=1e-4)


def test_intervals_hold_the_value_and_a_forecast_goes_on() -> None:
    found = fit_adoption(COLOUR_TV, ahead=4, resamples=40)
    assert len(found.fitted) == 12
    assert found.resamples + found.failed == 40
    for one in (*found.parameters.values(), *found.fitted):
        assert one.low <= one.value <= one.high
    assert found.parameters["m"].low < 39_659 < found.parameters["m"].high
    again = fit_adoption(COLOUR_TV, ahead=4, resamples=40)
    assert again == found


def test_the_peak_is_where_its_closed_form_says() -> None:
    found = fit_adoption(COLOUR_TV, resamples=0)
    p, q = (found.parameters[name].value for name in "pq")
    assert found.peak_period == pytest.approx(math.log(q / p) / (p + q))


@pytest.mark.parametrize(
    ("sales", "said"),
    [
        ((1, 2, 3), "needs 5 to 600 periods, not 3"),
        ((1, 2, -3, 4, 5), "period 3 has -3"),
        ((0, 0, 0, 0, 0), "All sales are 0"),
        ((1, 2, math.inf, 4, 5), "period 3 has inf"),
    ],
)
def test_sales_that_no_curve_fits_are_refused(sales: tuple[float, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        fit_adoption(sales)


def test_an_unknown_method_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="bass_nls"):
        fit_adoption(COLOUR_TV, "gompertz")


def test_a_regression_without_saturation_says_so() -> None:
    with pytest.raises(InputError, match="no saturation"):
        fit_adoption((1, 2, 4, 8, 16, 32), "bass_ols")
