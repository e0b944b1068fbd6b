"""Money as pages show it: by month, product and category from the sums of each day, and the entries behind them.

What was metered here and what an invoice says may be the same money. Where a month's invoices have lines for a product
and a category, they count, and what was metered for it does not; both are shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.days import month_of
from db.models import CostEntry, DayTotal, Experiment, Invoice, LedgerEntry, Product, Run
from db.money import sum_nano, to_usd
from engine.evidence import GRADES

EVER = ("0000-00", "9999-99")
Place = tuple[str, int, str]
"""month, product (0 for none), category."""


@dataclass(frozen=True, slots=True)
class MonthMoney:
    """Money of one product and category in one month, in US dollars."""

    month: str
    product_id: int | None
    category: str
    usd: Decimal
    """What counts."""
    metered_usd: Decimal
    invoiced_usd: Decimal
    typed_usd: Decimal
    grade: str
    """The weakest of what counts."""
    entries: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry: metered, of an invoice, or typed."""

    day: date
    basis: str
    id: int
    product_id: int | None
    run_id: str | None
    category: str
    usd: Decimal
    grade: str
    said: str
    """What it was for, in the words of whoever wrote it; of metered money its phase."""
    source: str
    currency: str = "USD"
    quoted: Mapping[str, Any] | None = field(default=None, hash=False)
    reversible: bool = False


@dataclass(frozen=True, slots=True)
class RunMoney:
    """What a run cost within a month."""

    run_id: str
    product_id: int | None
    recipe: str
    usd: Decimal
    invoiced_usd: Decimal


def money_by_month(session: Session, first: str, last: str) -> Sequence[MonthMoney]:
    """Of the months from `first` to `last` (`2026-05`), oldest first."""
    query = (
        select(
            DayTotal.month,
            DayTotal.product_id,
            DayTotal.category,
            DayTotal.basis,
            DayTotal.grade,
            sum_nano(DayTotal.usd_nano),
            func.sum(DayTotal.entries),
        )
        .where(DayTotal.month >= first, DayTotal.month <= last)
        .group_by(DayTotal.month, DayTotal.product_id, DayTotal.category, DayTotal.basis, DayTotal.grade)
    )
    places: dict[Place, list[tuple[str, str, int, int]]] = defaultdict(list)
    for month, product_id, category, basis, grade, nano, entries in session.execute(query):
        places[month, product_id, category].append((basis, grade, int(nano), int(entries)))
    return [_month_money(place, parts) for place, parts in sorted(places.items())]


def money_by_product(session: Session) -> Mapping[int, Decimal]:
    """What counts of each product since the first day; money of no product is not in it."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in money_by_month(session, *EVER):
        if row.product_id is not None:
            sums[row.product_id] += row.usd
    return sums


def _month_money(place: Place, parts: Sequence[tuple[str, str, int, int]]) -> MonthMoney:
    by_basis: dict[str, int] = defaultdict(int)
    for basis, _grade, nano, _entries in parts:
        by_basis[basis] += nano
    counted = [part for part in parts if part[0] != "metered" or not by_basis["invoice"]]
    grades = [grade for _basis, grade, nano, _entries in counted if nano] or [parts[0][1]]
    return MonthMoney(
        month=place[0],
        product_id=place[1] or None,
        category=place[2],
        usd=to_usd(sum(nano for _, _, nano, _ in counted)),
        metered_usd=to_usd(by_basis["metered"]),
        invoiced_usd=to_usd(by_basis["invoice"]),
        typed_usd=to_usd(by_basis["typed"]),
        grade=max(grades, key=GRADES.index),
        entries=sum(entries for _, _, _, entries in parts),
    )


def money_by_day(session: Session, first: date, last: date) -> Mapping[tuple[int | None, str], Mapping[date, Decimal]]:
    """What counts of each product and category, by day."""
    query = select(
        DayTotal.day, DayTotal.month, DayTotal.product_id, DayTotal.category, DayTotal.basis, DayTotal.usd_nano
    ).where(DayTotal.month >= month_of(first), DayTotal.month <= month_of(last))
    rows = session.execute(query).all()
    invoiced: dict[Place, int] = defaultdict(int)
    for _day, month, product_id, category, basis, nano in rows:
        if basis == "invoice":
            invoiced[month, product_id, category] += nano
    sums: dict[tuple[int | None, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for day, month, product_id, category, basis, nano in rows:
        if first <= day <= last and not (basis == "metered" and invoiced.get((month, product_id, category))):
            sums[product_id or None, category][day] += nano
    return {place: {day: to_usd(nano) for day, nano in days.items()} for place, days in sums.items()}


def first_month(session: Session) -> str | None:
    """The first month in which money was recorded."""
    return session.scalar(select(func.min(DayTotal.month)))


def ledger_rows(
    session: Session,
    month: str,
    *,
    product_id: int | None = None,
    category: str = "",
    limit: int = 100,
    offset: int = 0,
) -> Sequence[LedgerRow]:
    """Entries of a month, newest first; of one product and category when they are named."""
    begin, end = bounds(month)
    reach = limit + offset
    written = select(LedgerEntry.day, LedgerEntry.id).where(LedgerEntry.day >= begin, LedgerEntry.day < end)
    metered = select(CostEntry.ended_at, CostEntry.id).where(
        CostEntry.ended_at >= _moment(begin), CostEntry.ended_at < _moment(end)
    )
    if product_id is not None:
        written, metered = (
            written.where(LedgerEntry.product_id == product_id),
            metered.where(CostEntry.product_id == product_id),
        )
    if category:
        written, metered = (
            written.where(LedgerEntry.category == category),
            metered.where(CostEntry.category == category),
        )
    written = written.order_by(LedgerEntry.day.desc(), LedgerEntry.id.desc()).limit(reach)
    metered = metered.order_by(CostEntry.ended_at.desc(), CostEntry.id.desc()).limit(reach)
    places = [(day, "ledger", _moment(begin), i) for day, i in session.execute(written)]
    places += [(ended.date(), "cost", ended, i) for ended, i in session.execute(metered)]
    chosen = sorted(places, reverse=True)[offset:reach]
    rows = _typed_rows(session, [i for _, kind, _, i in chosen if kind == "ledger"])
    rows |= _metered_rows(session, [i for _, kind, _, i in chosen if kind == "cost"])
    return [rows[kind, i] for _, kind, _, i in chosen]


def _typed_rows(session: Session, ids: Sequence[int]) -> dict[tuple[str, int], LedgerRow]:
    query = (
        select(LedgerEntry, Invoice.number)
        .join(Invoice, Invoice.id == LedgerEntry.invoice_id, isouter=True)
        .where(LedgerEntry.id.in_(ids))
    )
    reversed_ids = set(session.scalars(select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.in_(ids))))
    return {
        ("ledger", entry.id): LedgerRow(
            entry.day,
            entry.basis,
            entry.id,
            entry.product_id,
            entry.run_id,
            entry.category,
            to_usd(entry.usd_nano),
            entry.grade,
            entry.description,
            f"{entry.supplier} {number}" if number else entry.source,
            entry.currency,
            entry.quoted,
            entry.reverses_id is None and entry.id not in reversed_ids,
        )
        for entry, number in session.execute(query)
    }


def _metered_rows(session: Session, ids: Sequence[int]) -> dict[tuple[str, int], LedgerRow]:
    query = select(CostEntry).where(CostEntry.id.in_(ids))
    return {
        ("cost", entry.id): LedgerRow(
            entry.ended_at.date(),
            "metered",
            entry.id,
            entry.product_id,
            entry.run_id,
            entry.category,
            to_usd(entry.usd_nano),
            entry.grade,
            entry.phase,
            entry.run_id,
        )
        for entry in session.scalars(query)
    }


def dearest_runs(session: Session, month: str, limit: int = 10) -> Sequence[RunMoney]:
    """The runs that cost most within a month: what was metered, and what invoices say of them."""
    begin, end = bounds(month)
    of_runs = (
        select(CostEntry.run_id, sum_nano(CostEntry.usd_nano))
        .where(CostEntry.ended_at >= _moment(begin), CostEntry.ended_at < _moment(end))
        .group_by(CostEntry.run_id)
        .order_by(sum_nano(CostEntry.usd_nano).desc())
        .limit(limit)
    )
    of_lines = (
        select(LedgerEntry.run_id, sum_nano(LedgerEntry.usd_nano))
        .where(LedgerEntry.day >= begin, LedgerEntry.day < end, LedgerEntry.run_id.is_not(None))
        .group_by(LedgerEntry.run_id)
    )
    metered = {run_id: nano for run_id, nano in session.execute(of_runs)}  # noqa: C416  (Rows are not typed)
    invoiced = {run_id: nano for run_id, nano in session.execute(of_lines)}  # noqa: C416
    query = (
        select(Run.id, Experiment.product_id, Run.recipe)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Run.id.in_([*metered, *invoiced]))
    )
    rows = [
        RunMoney(run_id, product_id, recipe, to_usd(metered.get(run_id, 0)), to_usd(invoiced.get(run_id, 0)))
        for run_id, product_id, recipe in session.execute(query)
    ]
    return sorted(rows, key=lambda row: row.invoiced_usd or row.usd, reverse=True)[:limit]


def product_names(session: Session) -> Mapping[int, tuple[str, str]]:
    """slug and name of every product."""
    return {i: (slug, name) for i, slug, name in session.execute(select(Product.id, Product.slug, Product.name))}


def bounds(month: str) -> tuple[date, date]:
    """The first day of a month (`2026-05`) and that of the next."""
    begin = date.fromisoformat(f"{month}-01")
    return begin, (begin + timedelta(days=32)).replace(day=1)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
