"""Margin and break-even: golden values worked by hand from the formulas in docs/costs.md."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.business.margin import (
    SECONDS_PER_MONTH,
    break_even,
    break_even_requests,
    gross_margin,
    margin_per_1k_usd,
)
from engine.interval import Interval, interval

PRICE, COST = Interval(0.50, 0.25, 1.00), Interval(0.10, 0.05, 0.20)


def test_a_month() -> None:
    # 365 days x 24 h / 12 = 730 h = 2,628,000 s.
    assert SECONDS_PER_MONTH == 2_628_000


def test_margin_and_share() -> None:
    # 0.50 - 0.10; 0.25 - 0.20; 1.00 - 0.05. Shares: 1 - 0.1/0.5; 1 - 0.2/0.25; 1 - 0.05/1.
    assert margin_per_1k_usd(PRICE, COST) == pytest.approx((0.40, 0.05, 0.95))
    assert gross_margin(PRICE, COST) == pytest.approx((0.8, 0.2, 0.95))


def test_a_loss_is_below_zero() -> None:
    assert margin_per_1k_usd(COST, PRICE).value == pytest.approx(-0.4)
    share = gross_margin(COST, PRICE)
    assert share is not None and share.value == pytest.approx(-4.0)


def test_there_is_no_share_of_a_price_that_may_be_0() -> None:
    assert gross_margin(interval(0.0), COST) is None
    assert gross_margin(Interval(0.5, 0.0, 1.0), COST) is None


def test_break_even_volume() -> None:
    # A device month: 730 h x 0.023 = 16.79 USD; at 0.50 USD per 1,000 that is 33,580 requests.
    assert break_even_requests(0.50, 0.023, 50.0, 0.3) == 33_580


def test_break_even_is_rounded_up_to_a_whole_request() -> None:
    # 730 x 0.1 / 0.3 x 1,000 = 243,333.3
    assert break_even_requests(0.3, 0.1, 50.0, 0.3) == 243_334


def test_it_never_breaks_even_at_or_below_its_cost() -> None:
    # Capacity 1 x 0.5 x 2,628,000 = 1,314,000 a month for 730 USD: 0.5556 USD per 1,000.
    cost = 1000 * 730 / 1_314_000
    assert break_even_requests(cost * 0.999, 1.0, 1.0, 0.5) is None
    assert break_even_requests(cost, 1.0, 1.0, 0.5) is None
    assert break_even_requests(cost * 1.001, 1.0, 1.0, 0.5) == math.ceil(1000 * 730 / (cost * 1.001))
    assert break_even_requests(0.0, 1.0, 1.0, 0.5) is None


def test_ends_combine_worst_with_worst() -> None:
    found = break_even(PRICE, Interval(0.023, 0.0075, 0.065), Interval(50.0, 40.0, 60.0), 0.3)
    # 730 x 0.0075 / 1.00 x 1,000 = 5,475; 730 x 0.065 / 0.25 x 1,000 = 189,800.
    assert (found.value, found.low, found.high) == (33_580, 5_475, 189_800)


def test_the_worst_end_may_never_break_even() -> None:
    found = break_even(Interval(1.0, 0.01, 2.0), interval(1.0), interval(1.0), 0.5)
    assert (found.value, found.low, found.high) == (730_000, 365_000, None)


@given(
    price=st.floats(0.01, 10),
    usd=st.floats(0.001, 5),
    rate=st.floats(0.1, 500),
    utilisation=st.floats(0.05, 1),
)
def test_it_is_the_least_volume_that_pays(price: float, usd: float, rate: float, utilisation: float) -> None:
    """By definition: v pays for the devices it needs, and no smaller v does; several devices never help."""
    capacity = rate * utilisation * SECONDS_PER_MONTH

    def profit(volume: float) -> float:
        return volume * price / 1000 - math.ceil(volume / capacity) * 730 * usd

    found = break_even_requests(price, usd, rate, utilisation)
    tolerance = 1e-9 * 730 * usd
    if found is None:
        assert all(profit(n * capacity) <= n * tolerance + price / 1000 for n in (1, 2, 3, 10))
    else:
        assert profit(found) >= -tolerance
        assert found == 1 or profit(found - 1) < tolerance
