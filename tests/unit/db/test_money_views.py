"""The ledger's sums: kept beside the entries, and which money counts where two sources tell of the same."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import ledger
from db.costs import add_usage
from db.models import CostEntry, DayTotal, LedgerEntry, Product
from db.session import session_scope
from db.views.money import dearest_runs, first_month, ledger_rows, money_by_day, money_by_month
from engine.errors import StateError
from tests.rows import a_complete_run, a_product, a_rate

MAY = date(2026, 5, 10)
AT = datetime(2026, 5, 10, 12, tzinfo=UTC).timestamp()


def entry(session: Session, usd: float, product: Product | None = None, **given: Any) -> LedgerEntry:
    fields: dict[str, Any] = {"day": MAY, "category": "staff", "basis": "typed", "grade": "assumed", "author": "Lin"}
    product_id = product.id if product else None
    return ledger.add_entry(session, **(fields | {"usd_nano": int(usd * 10**9), "product_id": product_id} | given))


def invoice(session: Session, product: Product, usd: float, number: str = "A-1", sha: str = "x") -> bool:
    head = {"supplier": "Cloud", "number": number, "file_name": "a.csv", "sha256": sha, "author": "Lin"}
    line = {"day": MAY, "category": "inference", "usd_nano": int(usd * 10**9), "product_id": product.id, "author": "L"}
    return ledger.add_invoice(session, head, [line])[1]


def test_sums_of_days_are_those_of_the_entries(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        run = a_complete_run(session, product, seconds=60.0)
        for piece in range(5):
            add_usage(session, run.id, a_rate(session), at=AT + piece, seconds=3.3, requests=7)
        entry(session, 12.5, product)
        entry(session, 1.25)
        invoice(session, product, 3.0)
    with session_scope() as session:
        totals = session.scalars(select(DayTotal)).all()
        metered = sum(t.usd_nano for t in totals if t.basis == "metered")
        written = sum(t.usd_nano for t in totals if t.basis != "metered")
        assert metered == sum(session.scalars(select(CostEntry.usd_nano)))
        assert written == sum(session.scalars(select(LedgerEntry.usd_nano)))
        entries = len(session.scalars(select(CostEntry)).all()) + len(session.scalars(select(LedgerEntry)).all())
        assert sum(t.entries for t in totals) == entries


def test_an_invoice_takes_the_place_of_what_was_metered_and_both_are_shown(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        run = a_complete_run(session, product)
        add_usage(session, run.id, a_rate(session), at=AT, seconds=3600, requests=7)
        (before,) = [m for m in money_by_month(session, "2026-05", "2026-05") if m.category == "inference"]
        assert (before.usd, before.grade) == (Decimal("0.023"), "assumed")
        invoice(session, product, 3.0)
        entry(session, 1.0, product, category="inference")
        (after,) = [m for m in money_by_month(session, "2026-05", "2026-05") if m.category == "inference"]
        assert (after.usd, after.metered_usd, after.invoiced_usd, after.typed_usd) == (4, Decimal("0.023"), 3, 1)
        assert after.grade == "assumed", "the weakest of what counts"
        days = money_by_day(session, MAY, MAY)
        assert days[product.id, "inference"] == {MAY: Decimal(4)}
        assert first_month(session) is not None


def test_money_of_invoices_alone_is_measured(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        invoice(session, product, 3.0)
        (only,) = money_by_month(session, "2026-05", "2026-05")
        assert (only.grade, only.usd) == ("measured", 3)


def test_an_invoice_imported_twice_counts_once_and_a_number_taken_is_refused(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        assert invoice(session, product, 3.0)
        assert not invoice(session, product, 3.0)
        assert [m.usd for m in money_by_month(session, "2026-05", "2026-05")] == [3]
        with pytest.raises(StateError, match=r"A-1 of Cloud was already imported from a\.csv with other lines"):
            invoice(session, product, 4.0, sha="y")


def test_an_entry_is_taken_back_once_by_its_opposite(database: str) -> None:
    with session_scope() as session:
        first = entry(session, 12.5)
        ledger.reverse(session, first.id, MAY, "Mei", "a typing error")
        (row,) = money_by_month(session, "2026-05", "2026-05")
        assert (row.usd, row.entries) == (0, 2)
        assert [(r.usd, r.reversible) for r in ledger_rows(session, "2026-05")] == [
            (Decimal("-12.5"), False),
            (Decimal("12.5"), False),
        ]
        with pytest.raises(StateError, match="already taken back"):
            ledger.reverse(session, first.id, MAY, "Mei", "again")
        with pytest.raises(StateError, match="no entry 999"):
            ledger.reverse(session, 999, MAY, "Mei", "nothing")


def test_entries_come_newest_first_and_by_page(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        run = a_complete_run(session, product)
        add_usage(session, run.id, a_rate(session), at=AT, seconds=36, requests=7)
        for day in (3, 20, 12):
            entry(session, day, product, day=date(2026, 5, day))
        entry(session, 99, day=date(2026, 6, 1))
        rows = ledger_rows(session, "2026-05")
        assert [row.day.day for row in rows] == [20, 12, 10, 3]
        assert [row.day.day for row in ledger_rows(session, "2026-05", limit=2, offset=1)] == [12, 10]
        assert [row.basis for row in ledger_rows(session, "2026-05", category="inference")] == ["metered"]
        assert len(ledger_rows(session, "2026-05", product_id=product.id)) == 4
        assert [one.run_id for one in dearest_runs(session, "2026-05")] == [run.id]


def test_the_newest_budget_that_has_begun_is_in_force(database: str) -> None:
    with session_scope() as session:
        common = {"product_id": None, "category": "", "thresholds": [1.0], "author": "Lin"}
        for month, usd in (("2026-01", 100), ("2026-03", 200), ("2026-05", None)):
            ledger.add_budget(session, **common, from_month=month, usd_nano=usd and usd * 10**9)
        found = {
            m: [b.usd_nano for b in ledger.budgets_in_force(session, m)] for m in ("2025-12", "2026-02", "2026-04")
        }
        assert found == {"2025-12": [], "2026-02": [100 * 10**9], "2026-04": [200 * 10**9]}
        assert ledger.budgets_in_force(session, "2026-06") == []
