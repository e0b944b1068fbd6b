"""Invoices, typed money and budgets: appended, never changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.days import Counted, count_day
from db.models import Budget, Invoice, LedgerEntry
from engine.errors import N_, StateError


def add_entry(session: Session, **fields: Any) -> LedgerEntry:
    """Append an entry and count it on its day; the fields are those of LedgerEntry, already validated."""
    entry = LedgerEntry(**fields)
    session.add(entry)
    count_day(session, Counted(entry.day, entry.product_id, entry.category, entry.basis, entry.grade), entry.usd_nano)
    session.flush()
    return entry


def add_invoice(session: Session, head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> tuple[Invoice, bool]:
    """Append an invoice with its lines; the second value says whether it is new.

    The same invoice again changes nothing. Raises StateError for a number that is taken by other lines.
    """
    known = session.scalars(
        select(Invoice).where(Invoice.supplier == head["supplier"], Invoice.number == head["number"])
    ).first()
    if known is not None:
        if known.sha256 != head["sha256"]:
            raise StateError(
                N_("Invoice {number} of {supplier} was already imported from {file} with other lines."),
                number=known.number,
                supplier=known.supplier,
                file=known.file_name,
                kept=N_("The lines imported first stay as they are."),
                remedy=N_(
                    "Take the wrong lines back on the page Costs, and give the corrected invoice its own number."
                ),
            )
        return known, False
    invoice = Invoice(**head, usd_nano=sum(line["usd_nano"] for line in lines), lines=len(lines))
    session.add(invoice)
    session.flush()
    for line in lines:
        add_entry(session, **line, basis="invoice", grade="measured", invoice_id=invoice.id)
    return invoice, True


def reverse(session: Session, entry_id: int, day: date, author: str, reason: str) -> LedgerEntry:
    """Take an entry back by one of the opposite amount, on the same day as it. Raises StateError."""
    entry = session.get(LedgerEntry, entry_id)
    if entry is None:
        raise StateError(N_("There is no entry {number} in the ledger."), number=entry_id)
    taken = session.scalars(select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry_id)).first()
    if taken is not None or entry.reverses_id is not None:
        raise StateError(N_("Entry {number} was already taken back, or takes another back."), number=entry_id)
    same = (
        "product_id",
        "run_id",
        "category",
        "basis",
        "grade",
        "currency",
        "supplier",
        "region",
        "unit",
        "invoice_id",
    )
    return add_entry(
        session,
        **{name: getattr(entry, name) for name in same},
        day=entry.day,
        usd_nano=-entry.usd_nano,
        description=reason,
        source=f"{author}, {day.isoformat()}",
        reverses_id=entry.id,
        author=author,
    )


def add_budget(session: Session, **fields: Any) -> Budget:
    """Append a budget; the fields are those of Budget, already validated."""
    budget = Budget(**fields)
    session.add(budget)
    session.flush()
    return budget


def budgets_in_force(session: Session, month: str) -> list[Budget]:
    """Of each product and category the newest budget that has begun; those withdrawn are left out."""
    newest: dict[tuple[int | None, str], Budget] = {}
    for budget in session.scalars(
        select(Budget).where(Budget.from_month <= month).order_by(Budget.from_month, Budget.id)
    ):
        newest[budget.product_id, budget.category] = budget
    return [budget for budget in newest.values() if budget.usd_nano is not None]
