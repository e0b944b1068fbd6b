"""The whole ledger, entry by entry, for exports."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import CostEntry, Invoice, LedgerEntry, Product, Rate
from db.money import to_usd

CHUNK = 2000
SECONDS = 3600


def charges(session: Session, first: date, after: date) -> Iterator[dict[str, Any]]:
    """Every entry from `first` until before `after` as plain fields, metered ones first."""
    yield from _metered(session, first, after)
    yield from _written(session, first, after)


def _metered(session: Session, first: date, after: date) -> Iterator[dict[str, Any]]:
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, after))
    query = (
        select(CostEntry, Product.slug, Product.name, Rate.key)
        .join(Rate, Rate.id == CostEntry.rate_id)
        .join(Product, Product.id == CostEntry.product_id, isouter=True)
        .where(CostEntry.ended_at >= begin, CostEntry.ended_at < end)
        .order_by(CostEntry.ended_at, CostEntry.id)
        .execution_options(yield_per=CHUNK)
    )
    for entry, slug, name, key in session.execute(query):
        yield {
            "day": entry.ended_at.date(),
            "usd": to_usd(entry.usd_nano),
            "category": entry.category,
            "basis": "metered",
            "grade": entry.grade,
            "product_slug": slug or "",
            "product_name": name or "",
            "run_id": entry.run_id,
            "description": f"{key}, {entry.phase}",
            "quantity": entry.seconds / SECONDS,
            "unit": "Hours",
        }


def _written(session: Session, first: date, after: date) -> Iterator[dict[str, Any]]:
    query = (
        select(LedgerEntry, Product.slug, Product.name, Invoice.number)
        .join(Product, Product.id == LedgerEntry.product_id, isouter=True)
        .join(Invoice, Invoice.id == LedgerEntry.invoice_id, isouter=True)
        .where(LedgerEntry.day >= first, LedgerEntry.day < after)
        .order_by(LedgerEntry.day, LedgerEntry.id)
        .execution_options(yield_per=CHUNK)
    )
    for entry, slug, name, number in session.execute(query):
        yield {
            "day": entry.day,
            "usd": to_usd(entry.usd_nano),
            "category": entry.category,
            "basis": entry.basis,
            "grade": entry.grade,
            "supplier": entry.supplier,
            "invoice": number or "",
            "product_slug": slug or "",
            "product_name": name or "",
            "run_id": entry.run_id or "",
            "description": entry.description,
            "region": entry.region,
            "quantity": entry.quantity,
            "unit": entry.unit,
            "corrects": entry.reverses_id is not None,
            "currency": entry.currency,
            "quoted_amount": (entry.quoted or {}).get("amount", ""),
        }
