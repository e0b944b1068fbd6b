"""Cost per 1,000 requests: golden values worked by hand from the formula in docs/costs.md."""

import pytest

from engine.costs.serving import UTILISATION, CurvePoint, best_point, cost_per_1k_usd
from engine.errors import InputError
from engine.interval import Interval, interval

HOUR = Interval(0.023, 0.0075, 0.065)


def point(concurrency: int, rate: float, p95: float) -> CurvePoint:
    return CurvePoint(concurrency, interval(rate), p95)


def test_the_formula() -> None:
    # 1,000 x 0.36 USD / (3,600 s x 10 a second x 0.5) = 0.02 USD.
    assert cost_per_1k_usd(interval(0.36), interval(10.0), 0.5).value == pytest.approx(0.02)


def test_ends_combine_worst_with_worst() -> None:
    cost = cost_per_1k_usd(HOUR, Interval(50.0, 40.0, 60.0))
    # At 30 %: 23 / (3,600 x 50 x 0.3) = 0.000425926; 7.5 / (3,600 x 60 x 0.3); 65 / (3,600 x 40 x 0.3).
    assert cost == pytest.approx((0.000425926, 0.000115741, 0.001504630), rel=1e-5)


def test_idle_time_is_paid() -> None:
    busy = cost_per_1k_usd(HOUR, interval(50.0), 1.0).value
    assert cost_per_1k_usd(HOUR, interval(50.0)).value == pytest.approx(busy / UTILISATION)


@pytest.mark.parametrize("utilisation", [0.0, -0.1, 1.01])
def test_a_utilisation_that_cannot_be(utilisation: float) -> None:
    with pytest.raises(InputError, match=f"above 0 and at most 1, not {utilisation}"):
        cost_per_1k_usd(HOUR, interval(50.0), utilisation)


def test_a_rate_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"above 0, not 0\.0"):
        cost_per_1k_usd(HOUR, interval(0.0))


def test_the_highest_rate_within_the_limit_is_taken() -> None:
    curve = [point(1, 20, 40), point(2, 35, 60), point(4, 50, 90), point(8, 55, 180)]
    best = best_point(curve, 100)
    assert best is not None and best.concurrency == 4
    at_the_limit = best_point(curve, 90)
    assert at_the_limit is not None and at_the_limit.concurrency == 4


def test_a_curve_that_falls_again_does_not_mislead() -> None:
    best = best_point([point(1, 20, 40), point(2, 30, 60), point(4, 25, 80)], 100)
    assert best is not None and best.concurrency == 2


def test_nothing_qualifies() -> None:
    assert best_point([point(1, 20, 40)], 39.9) is None
    assert best_point([], 1000) is None
