"""Serving it oneself against buying it; every expected figure is worked out by hand from the formula beside it."""

import itertools

import pytest

from engine.costs.reserving import Own, break_even_with, buy_month_usd, months, volumes, within
from engine.costs.serving import CurvePoint
from engine.errors import InputError
from engine.interval import Interval, interval

OWN = Own(Interval(0.10, 0.05, 0.20), Interval(10.0, 8.0, 12.5), 0.5)


def test_a_device_answers_its_share_of_the_month() -> None:
    # 10 requests/s x 0.5 x 2,628,000 s (730 h, 8,760 / 12) = 13,140,000.
    assert OWN.capacity() == (13_140_000, 10_512_000, 16_425_000)
    assert [OWN.devices(v) for v in (1, 13_140_000, 13_140_001, 40_000_000)] == [1, 1, 2, 4]


def test_reserved_devices_are_paid_whole() -> None:
    # 2 devices x 730 h x 0.10 USD; at best ceil(14/16.4) = 1 x 730 x 0.05; at worst ceil(14/10.5) = 2 x 730 x 0.20.
    assert OWN.month_usd(14_000_000) == pytest.approx((146.0, 36.5, 292.0))
    assert OWN.month_usd(1) == pytest.approx((73.0, 36.5, 146.0))


def test_a_full_device_month_is_the_cost_of_a_thousand() -> None:
    # 1,000 x 0.10 / (3,600 x 10 x 0.5)
    assert OWN.usd_per_1k().value == pytest.approx(0.1 / 18)
    full = OWN.capacity().value
    assert OWN.month_usd(full).value / full * 1000 == pytest.approx(OWN.usd_per_1k().value)


def test_break_even_is_the_volume_whose_bill_pays_for_the_device() -> None:
    # 73 USD a month / 0.02 USD per 1,000 = 3,650,000, below the capacity of one device.
    found = break_even_with(OWN, interval(0.02))
    assert found.value == 3_650_000
    assert buy_month_usd(interval(0.02), 3_650_000).value == pytest.approx(73.0)
    assert (found.low, found.high) == (1_825_000, 7_300_000)


def test_a_cheap_api_is_never_caught_up_with() -> None:
    assert break_even_with(OWN, interval(0.005)).value is None  # a full device month costs 0.00556 per 1,000


def test_both_ways_over_volumes() -> None:
    found = months(OWN, interval(0.02), volumes([3_650_000]))
    assert all(a.requests < b.requests for a, b in itertools.pairwise(found))
    cheaper = [month.requests for month in found if month.buy.value <= month.own.value]
    assert max(v for v in cheaper if v < 13_140_000) <= 3_650_000


@pytest.mark.parametrize("volume", [0, -5, float("nan"), float("inf")])
def test_a_volume_is_above_zero(volume: float) -> None:
    for ask in (OWN.month_usd, OWN.devices, lambda v: buy_month_usd(interval(1.0), v)):
        with pytest.raises(InputError, match="volume must be above 0 requests a month, not"):
            ask(volume)


@pytest.mark.parametrize("utilisation", [0.0, -0.1, 1.01, float("nan")])
def test_utilisation_is_a_share(utilisation: float) -> None:
    with pytest.raises(InputError, match=r"utilisation must be above 0 and at most 1, not"):
        Own(interval(1.0), interval(1.0), utilisation)


def test_a_device_that_answers_nothing_or_is_paid_for_is_refused() -> None:
    with pytest.raises(InputError, match="rate of requests must be above 0, not 0"):
        Own(interval(1.0), interval(0.0), 0.5)
    with pytest.raises(InputError, match="hourly rate must not be negative, not -1"):
        Own(interval(-1.0), interval(1.0), 0.5)


CURVE = [
    CurvePoint(1, interval(10.0), 9.0, p50_ms=8.0),
    CurvePoint(8, interval(40.0), 30.0, p50_ms=15.0),
    CurvePoint(32, interval(60.0), 90.0, p50_ms=28.0),
]


def test_the_point_is_the_fastest_within_the_limit_at_a_percentile() -> None:
    assert [p and p.concurrency for p in (within(CURVE, 30, 95), within(CURVE, 30, 50), within(CURVE, 5, 95))] == [
        8,
        32,
        None,
    ]
    with pytest.raises(InputError, match="percentile must be 50 or 95"):
        within(CURVE, 30, 99)
    with pytest.raises(InputError, match="limit must be above 0"):
        within(CURVE, 0, 95)
