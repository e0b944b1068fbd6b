"""Ledger money."""

from decimal import Decimal

import pytest

from db.money import price_seconds, to_nano, to_usd


def test_nano_usd_are_exact_both_ways() -> None:
    assert to_nano("0.023") == 23_000_000
    assert to_usd(23_000_000) == Decimal("0.023")


def test_half_a_nano_goes_to_the_even_neighbour() -> None:
    assert to_nano(Decimal("0.0000000005")) == 0
    assert to_nano(Decimal("0.0000000015")) == 2


@pytest.mark.parametrize("amount", ["NaN", float("inf")])
def test_what_is_not_finite_is_no_money(amount: str | float) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        to_nano(amount)


def test_seconds_at_an_hourly_rate() -> None:
    # seconds x rate / 3600: 1,800 s at 0.023 USD an hour are 0.0115 USD.
    assert price_seconds(1800.0, 23_000_000) == 11_500_000
    # 20 s: 20 x 23,000,000 / 3600 = 127,777.7...
    assert price_seconds(20.0, 23_000_000) == 127_778
