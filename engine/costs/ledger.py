"""What money was spent on, and files of it: invoices and entries as tables, every fault of a file at once."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.costs.rates.checks import Row
from engine.costs.rates.currency import CURRENCIES, exchange
from engine.data.delimited import read_delimited
from engine.data.encoding import decode
from engine.errors import N_, ConfigError, InputError, ProspectusError

CATEGORIES = ("training", "inference", "data", "labelling", "storage", "staff")
CATEGORY_NAMES: Mapping[str, str] = {
    "training": N_("Training"),
    "inference": N_("Inference"),
    "data": N_("Data"),
    "labelling": N_("Labelling"),
    "storage": N_("Storage"),
    "staff": N_("Staff"),
}
INVOICE_COLUMNS = ("number", "supplier", "date", "amount", "category")
ENTRY_COLUMNS = ("date", "amount", "category", "source")
MORE_COLUMNS = ("currency", "product", "run", "description", "quantity", "unit", "region", "supplier", "grade")
LONGEST = {"number": 80, "supplier": 120, "unit": 20, "region": 40, "description": 500, "source": 500}
Exists = Callable[[str, str], bool]
"""Whether there is a `product` or a `run` of that name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of money, checked."""

    day: date
    usd: Decimal
    category: str
    currency: str = "USD"
    quoted: Mapping[str, Any] | None = None
    product: str = ""
    run: str = ""
    supplier: str = ""
    number: str = ""
    """Of the invoice."""
    description: str = ""
    source: str = ""
    quantity: float | None = None
    unit: str = ""
    region: str = ""
    grade: str = "assumed"


def read_invoices(data: bytes, file: str, today: date, exists: Exists) -> dict[tuple[str, str], list[Line]]:
    """The lines of a CSV of invoices by supplier and number.

    Raises DataError for a file that is no such table, ConfigError with every fault of its rows.
    """
    faults: list[ProspectusError] = []
    found: dict[tuple[str, str], list[Line]] = {}
    seen: dict[tuple[str, ...], int] = {}
    for number, given in _rows(data, file, INVOICE_COLUMNS):
        row = Row(file, number, given)
        earlier = seen.setdefault(tuple(given.values()), number)
        if earlier != number:
            row.wrong(N_("the row repeats an earlier one; say in its description how they differ"), earlier)
        line = _line(row, today, exists, credit=True)
        faults += row.faults
        if line is not None:
            found.setdefault((line.supplier, line.number), []).append(line)
    if faults:
        raise ConfigError(tuple(faults))
    return found


def read_entries(data: bytes, file: str, today: date, exists: Exists) -> list[Line]:
    """The lines of a CSV of money that people paid or reckon with, each with its source. Raises as `read_invoices`."""
    faults: list[ProspectusError] = []
    lines: list[Line] = []
    for number, given in _rows(data, file, ENTRY_COLUMNS):
        row = Row(file, number, given)
        line = _line(row, today, exists)
        faults += row.faults
        lines += [line] if line else []
    if faults:
        raise ConfigError(tuple(faults))
    return lines


def checked_line(given: Mapping[str, Any], today: date, exists: Exists) -> Line:
    """One typed entry. Raises ConfigError with every fault."""
    row = Row("typed", 1, {name: str(value) for name, value in given.items() if value not in (None, "")})
    for name in ENTRY_COLUMNS:
        if not row.text(name):
            row.wrong(N_("it must be given"), given.get(name), name)
    line = None if row.faults else _line(row, today, exists)
    if line is None:
        raise ConfigError(tuple(row.faults))
    return line


def content_sha256(lines: Sequence[Line]) -> str:
    """Names the contents of an invoice, whatever the order of its lines and the file they came in."""
    rows = sorted(json.dumps([getattr(line, name) for name in Line.__slots__], default=str) for line in lines)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _rows(data: bytes, file: str, required: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    text, encoding = decode(data, file)
    table = read_delimited(text, file, encoding)
    names = {name: name.strip().casefold() for name in table.columns}
    known = (*required, *MORE_COLUMNS)
    faults = [
        InputError(
            N_("{file}: the column {name} is missing. The file has: {found}."),
            file=file,
            name=name,
            found=", ".join(table.columns),
        )
        for name in required
        if name not in names.values()
    ]
    faults += [
        InputError(
            N_("{file}: the column “{name}” is unknown. Known: {known}."), file=file, name=name, known=", ".join(known)
        )
        for name, plain in names.items()
        if plain not in known
    ]
    if faults:
        raise ConfigError(tuple(faults))
    cells = zip(*table.columns.values(), strict=True)
    return [
        (line, {name: cell.strip() for name, cell in zip(names.values(), row, strict=True)})
        for line, row in zip(table.lines, cells, strict=True)
    ]


def _line(row: Row, today: date, exists: Exists, *, credit: bool = False) -> Line | None:
    day, amount = _day(row, today), _amount(row, credit=credit)
    currency = row.text("currency").upper() or "USD"
    if currency not in CURRENCIES:
        row.wrong(N_("the currency must be a known one"), currency, ", ".join(CURRENCIES))
    if row.text("category") not in CATEGORIES:
        row.wrong(N_("the category must be a known one"), row.text("category"), ", ".join(CATEGORIES))
    for name in ("product", "run"):
        if row.text(name) and not exists(name, row.text(name)):
            row.wrong(N_("there is none of that name"), row.text(name), name)
    for name in ("number", "supplier") if credit else ("source",):
        if not row.text(name):
            row.wrong(N_("it must be given"), row.text(name), name)
    for name, limit in LONGEST.items():
        if len(row.text(name)) > limit:
            row.wrong(N_("it is too long"), row.text(name), f"{name}, {limit}")
    if (row.text("grade") or "assumed") not in ("quoted", "assumed"):
        row.wrong(N_("the grade must be a known one"), row.text("grade"), "quoted, assumed")
    quantity = _quantity(row)
    if row.faults or day is None or amount is None:
        return None
    usd, quoted = _in_usd(row, amount, currency, day)
    if row.faults:
        return None
    texts = ("product", "run", "supplier", "number", "description", "source", "unit", "region")
    return Line(
        day,
        usd,
        row.text("category"),
        currency,
        quoted,
        **{name: row.text(name) for name in texts},
        quantity=quantity,
        grade="measured" if credit else row.text("grade") or "assumed",
    )


def _day(row: Row, today: date) -> date | None:
    try:
        day = date.fromisoformat(row.text("date"))
    except ValueError:
        row.wrong(N_("it must be a date such as 2026-05-31"), row.text("date"), "date")
        return None
    if day > today:
        row.wrong(N_("the date lies in the future"), day, "date")
    return day


def _amount(row: Row, *, credit: bool) -> Decimal | None:
    try:
        amount = Decimal(row.text("amount"))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite():
        row.wrong(N_("it must be a number with a decimal point and no separators"), row.text("amount"), "amount")
        return None
    if amount < 0 and not credit:
        row.wrong(N_("an amount must not be negative"), amount, "amount")
    if abs(amount) >= 10**9:
        row.wrong(N_("an amount must be below a thousand million"), amount, "amount")
    return amount


def _quantity(row: Row) -> float | None:
    if not row.text("quantity"):
        return None
    try:
        quantity = float(row.text("quantity"))
    except ValueError:
        quantity = float("nan")
    if not 0 <= quantity < float("inf"):
        row.wrong(N_("it must be a number with a decimal point and no separators"), row.text("quantity"), "quantity")
        return None
    return quantity


def _in_usd(row: Row, amount: Decimal, currency: str, day: date) -> tuple[Decimal, dict[str, Any] | None]:
    if currency == "USD":
        return amount, None
    try:
        found = exchange(currency, "USD", day)
    except ProspectusError as error:
        row.wrong(N_("the price cannot be changed into US dollars"), f"{currency}: {error}")
        return amount, None
    quoted = {
        "amount": str(amount),
        "usd_per_unit": f"{found.rate:.8f}",
        "on": found.on.isoformat(),
        "by": found.source,
    }
    return amount * found.rate, quoted
