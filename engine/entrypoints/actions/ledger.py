"""Money that people type or bring as files, and budgets; appended, and counted on their day in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import ledger
from db.models import Experiment, LedgerEntry, Product, Run
from db.money import to_nano
from db.products import get_product
from db.session import in_transaction
from engine.costs.ledger import CATEGORIES, Line, checked_line, content_sha256, read_entries, read_invoices
from engine.entrypoints.actions.checks import checked_number, checked_text
from engine.entrypoints.actions.spent import spent_in_all
from engine.errors import N_, InputError, UnknownName

NAME_LENGTH = 120
REASON_LENGTH = 500
THRESHOLDS = (0.5, 0.8, 1.0)
"""Shares of a budget at which the page warns, where nobody says others."""
MOST_USD = 10**9


@dataclass(frozen=True, slots=True)
class Booked:
    """What an import brought."""

    new: int
    """Invoices or entries that are now in the ledger."""
    known: int
    """Invoices that were there already."""
    usd: Decimal
    """Of what is new."""


def add_money(given: Mapping[str, Any], author: str) -> int:
    """Append one entry: date, amount, category, source, and as one likes currency, product, run, description, grade.

    Returns its id. Raises ConfigError with every fault.
    """
    name = checked_text(N_("Your name"), author, NAME_LENGTH)

    def work(session: Session) -> int:
        line = checked_line(given, _today(), _Known(session))
        return _add(session, line, name).id

    return in_transaction(work)


def import_entries(data: bytes, file: str, author: str) -> Booked:
    """Append the entries of a CSV: all of them or, with any fault, none. Raises DataError or ConfigError."""
    name = checked_text(N_("Your name"), author, NAME_LENGTH)

    def work(session: Session) -> Booked:
        lines = read_entries(data, Path(file).name, _today(), _Known(session))
        for line in lines:
            _add(session, line, name)
        return Booked(len(lines), 0, sum((line.usd for line in lines), Decimal(0)))

    return in_transaction(work)


def import_invoices(data: bytes, file: str, author: str) -> Booked:
    """Append the invoices of a CSV: all of them or, with any fault, none; one imported before counts once.

    Raises DataError or ConfigError, and StateError for a number that is taken by an invoice with other lines.
    """
    name = checked_text(N_("Your name"), author, NAME_LENGTH)
    shown = Path(file).name[:200]

    def work(session: Session) -> Booked:
        new = known = 0
        usd = Decimal(0)
        touched: set[int] = set()
        for (supplier, number), lines in read_invoices(data, shown, _today(), _Known(session)).items():
            head = {"supplier": supplier, "number": number, "file_name": shown, "author": name}
            rows = [_fields(session, line, name) for line in lines]
            _invoice, is_new = ledger.add_invoice(session, {**head, "sha256": content_sha256(lines)}, rows)
            new, known = new + is_new, known + (not is_new)
            if is_new:
                usd += sum((line.usd for line in lines), Decimal(0))
                touched |= {row["product_id"] for row in rows if row["product_id"] is not None}
        for product_id in touched:
            spent_in_all(session, session.get_one(Product, product_id))
        return Booked(new, known, usd)

    return in_transaction(work)


def take_back(entry_id: int, author: str, reason: str) -> None:
    """Take an entry back by one of the opposite amount; both stay in the ledger. Raises StateError."""
    name = checked_text(N_("Your name"), author, NAME_LENGTH)
    why = checked_text(N_("The reason"), reason, REASON_LENGTH)

    def work(session: Session) -> None:
        entry = ledger.reverse(session, entry_id, _today(), name, why)
        _touch(session, entry)

    in_transaction(work)


def set_budget(
    usd: Any,
    author: str,
    *,
    month: str | None = None,
    product: str | None = None,
    category: str = "",
    thresholds: Sequence[float] = THRESHOLDS,
    reason: str = "",
) -> int:
    """Say what may be spent a month, from a month on (this one); None ends the budget. Returns its id.

    Raises InputError naming the rule and the value: a budget of 0 would be crossed before anything is spent.
    """
    amount = None if usd is None else checked_number(N_("The budget"), usd, above=0, maximum=MOST_USD)
    shares = sorted({checked_number(N_("A threshold"), share, above=0, maximum=10) for share in thresholds})
    if category and category not in CATEGORIES:
        raise UnknownName(N_("category"), category, list(CATEGORIES))
    fields = {
        "category": category,
        "from_month": checked_month(month),
        "usd_nano": None if amount is None else to_nano(amount),
        "thresholds": shares,
        "reason": checked_text(N_("The reason"), reason, REASON_LENGTH, required=False),
        "author": checked_text(N_("Your name"), author, NAME_LENGTH),
    }

    def work(session: Session) -> int:
        found = get_product(session, product) if product else None
        return ledger.add_budget(session, **fields, product_id=found.id if found else None).id

    return in_transaction(work)


class _Known:
    """Whether a product or run is there."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._slugs = set(session.scalars(select(Product.slug)))

    def __call__(self, kind: str, name: str) -> bool:
        return name in self._slugs if kind == "product" else self._session.get(Run, name) is not None


def _add(session: Session, line: Line, author: str) -> LedgerEntry:
    entry = ledger.add_entry(session, **_fields(session, line, author), basis="typed", grade=line.grade)
    _touch(session, entry)
    return entry


def _touch(session: Session, entry: LedgerEntry) -> None:
    if entry.product_id is not None:
        spent_in_all(session, session.get_one(Product, entry.product_id))


def _fields(session: Session, line: Line, author: str) -> dict[str, Any]:
    return {
        "day": line.day,
        "product_id": _product_id(session, line),
        "run_id": line.run or None,
        "category": line.category,
        "usd_nano": to_nano(line.usd),
        "currency": line.currency,
        "quoted": None if line.quoted is None else dict(line.quoted),
        "quantity": line.quantity,
        "unit": line.unit,
        "supplier": line.supplier,
        "region": line.region,
        "description": line.description,
        "source": line.source,
        "author": author,
    }


def _product_id(session: Session, line: Line) -> int | None:
    """The product named, else the run's."""
    if line.product:
        return get_product(session, line.product).id
    if not line.run:
        return None
    return session.get_one(Experiment, session.get_one(Run, line.run).experiment_id).product_id


def checked_month(given: str | None) -> str:
    """A month such as `2026-05`; this one when none is given. Raises InputError."""
    if given is None:
        return f"{_today():%Y-%m}"
    try:
        date.fromisoformat(f"{given}-01")
    except ValueError:
        raise InputError(N_("A month is written as 2026-05, not {value}."), value=given) from None
    return given


def _today() -> date:
    return datetime.now(UTC).date()
