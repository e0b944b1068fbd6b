"""Rates brought as a CSV: the fields of a rate file as columns, with low, value and high beside each other."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.costs.rates.checks import FIELDS, checked_entry
from engine.costs.rates.entry import RateEntry
from engine.data.delimited import read_delimited
from engine.data.encoding import decode
from engine.errors import N_, ConfigError, InputError, ProspectusError

POINTS = ("low", "value", "high")
COLUMNS = (*(name for name in FIELDS if name not in ("usd", "price", "parts")), *POINTS)
REQUIRED = ("key", "unit", "value", "source", "valid_from")
DAYS = ("valid_from", "checked_on")


def read_table(data: bytes, file: str, today: date, author: str = "") -> list[RateEntry]:
    """The rates of a CSV. Raises DataError for a file that is no table, ConfigError with every fault of its rows."""
    text, encoding = decode(data, file)
    table = read_delimited(text, file, encoding)
    names = [name.strip().casefold() for name in table.columns]
    faults: list[ProspectusError] = _wrong_columns(file, names)
    if faults:
        raise ConfigError(tuple(faults))
    entries: list[RateEntry] = []
    for line, cells in zip(table.lines, zip(*table.columns.values(), strict=True), strict=True):
        given = row_of({name: cell.strip() for name, cell in zip(names, cells, strict=True)})
        entry, wrong = checked_entry(file, line, given, today, origin=file[:80], author=author)
        faults += wrong
        entries += [entry] if entry else []
    if faults:
        raise ConfigError(tuple(faults))
    return entries


def row_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """A row as a rate file states it: empty cells left out, ends that are not given are the value, days as days."""
    given: dict[str, Any] = {name: cell for name, cell in cells.items() if cell and name not in POINTS}
    for name in DAYS:
        if name in given:
            given[name] = _day(given[name])
    given.setdefault("grade", "assumed")
    value = cells.get("value", "")
    if value:
        price = {"low": cells.get("low") or value, "value": value, "high": cells.get("high") or value}
        given["price" if given.get("currency", "USD") != "USD" else "usd"] = price
    return given


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _wrong_columns(file: str, names: list[str]) -> list[ProspectusError]:
    missing: list[ProspectusError] = [
        InputError(
            N_("{file}: the column {name} is missing. The file has: {found}."),
            file=file,
            name=name,
            found=", ".join(names),
        )
        for name in REQUIRED
        if name not in names
    ]
    return missing + [
        InputError(
            N_("{file}: the column “{name}” is unknown. Known: {known}."),
            file=file,
            name=name,
            known=", ".join(COLUMNS),
        )
        for name in names
        if name not in COLUMNS
    ]
