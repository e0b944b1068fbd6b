"""Money for pages: rates, the ledger, budgets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from dashboard.store.reading import acts, view_by
from db.views import money as ledger_views
from db.views import rates as rate_views
from db.views import reports
from db.views.money import LedgerRow, MonthMoney, RunMoney
from db.views.rates import RateRow
from db.views.reports import Before
from engine.costs.month_end import MonthEnd
from engine.entrypoints.actions import budgets as budget_verbs
from engine.entrypoints.actions import exports, ledger, rates
from engine.entrypoints.actions.budgets import BudgetState

__all__ = ["Before", "BudgetState", "LedgerRow", "MonthEnd", "MonthMoney", "RateRow", "RunMoney"]


def today() -> date:
    """The day in UTC, as the ledger counts days."""
    return datetime.now(UTC).date()


def rate_counts() -> Mapping[str, int]:
    """How many things of each kind have a price."""
    counts: Mapping[str, int] = view_by(rate_views.rate_counts)
    return counts


def rates_in_force(kind: str) -> Sequence[RateRow]:
    """The prices of a kind that hold today."""
    rows: Sequence[RateRow] = view_by(rate_views.rate_rows, kind=kind, on=today())
    return rows


def rate_history(key: str) -> Sequence[RateRow]:
    """Every price of a thing, oldest first."""
    rows: Sequence[RateRow] = view_by(rate_views.rate_history, key=key)
    return rows


def money_by_month(first: str, last: str) -> Sequence[MonthMoney]:
    """Money by month, product and category."""
    rows: Sequence[MonthMoney] = view_by(ledger_views.money_by_month, first=first, last=last)
    return rows


def first_month() -> str | None:
    """The first month in which money was recorded."""
    month: str | None = view_by(ledger_views.first_month)
    return month


def ledger_rows(month: str, product_id: int | None, category: str, limit: int, offset: int) -> Sequence[LedgerRow]:
    """Entries of a month, newest first."""
    rows: Sequence[LedgerRow] = view_by(
        ledger_views.ledger_rows, month=month, product_id=product_id, category=category, limit=limit, offset=offset
    )
    return rows


def dearest_runs(month: str) -> Sequence[RunMoney]:
    """The runs that cost most within a month."""
    rows: Sequence[RunMoney] = view_by(ledger_views.dearest_runs, month=month)
    return rows


def product_names() -> Mapping[int, tuple[str, str]]:
    """slug and name of every product."""
    names: Mapping[int, tuple[str, str]] = view_by(ledger_views.product_names)
    return names


def budgets() -> Sequence[BudgetState]:
    """Budgets in force this month, with what is spent and expected."""
    states: Sequence[BudgetState] = view_by(budget_verbs.budget_states, today=today())
    return states


def month_end() -> MonthEnd:
    """All money of this month, and what it will be at its end."""
    end: MonthEnd = view_by(budget_verbs.company_month, today=today())
    return end


def accuracy_before(month: str) -> Mapping[tuple[int, str], Before]:
    """Each idea's deciding figure as it was before a month, by product and split."""
    found: Mapping[tuple[int, str], Before] = view_by(reports.accuracy_before, month=month)
    return found


def months_back(month: str, count: int) -> str:
    """The month so many months earlier."""
    begin = date.fromisoformat(f"{month}-01")
    for _ in range(count):
        begin = (begin - timedelta(days=1)).replace(day=1)
    return f"{begin:%Y-%m}"


focus_csv = exports.focus_csv
add_rate = acts(rates.add_rate)
import_rates = acts(rates.import_rates)
import_lists = acts(rates.import_lists)
refresh_gpus = acts(rates.refresh_gpus)
add_money = acts(ledger.add_money)
import_invoices = acts(ledger.import_invoices)
import_entries = acts(ledger.import_entries)
take_back = acts(ledger.take_back)
set_budget = acts(ledger.set_budget)
