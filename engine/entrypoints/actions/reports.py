"""Reports to hand on: the decision memo of an idea, and the portfolio report."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Product
from db.views import portfolio as portfolio_rows
from db.views import product_sheet
from db.views.decisions import decision_log
from db.views.money import bounds, money_by_month
from db.views.reports import accuracy_before, forecasts_issued, graded_forecasts
from db.views.risks import risk_register
from engine.entrypoints.actions.budgets import budget_states, company_month
from engine.entrypoints.reporting import memo as memos
from engine.entrypoints.reporting import month as months
from engine.entrypoints.reporting import portfolio as portfolios
from engine.errors import N_, InputError, UnknownName
from engine.portfolio.founder import Founder
from engine.reports.document import Entry, Report, Section
from engine.reports.writing import say
from engine.wording import LANGUAGES

FORECASTS = 20
"""Graded forecasts that the report lists."""
FIRST_MONTH = "0000-01"
ENDINGS = (".html", ".xlsx")


def memo(session: Session, *, slug: str) -> Report:
    """The decision memo of an idea. Raises UnknownName."""
    sheet = product_sheet(session, slug)
    return memos.memo(memos.Facts(sheet, decision_log(session, slug), risk_register(session, slug), datetime.now(UTC)))


def portfolio_report(session: Session, *, today: date, founder: Founder | None = None) -> Report:
    """The portfolio report; with the ranking under a founder's means where they are given."""
    rows = portfolio_rows(session)
    now = datetime.now(UTC)
    facts = portfolios.Facts(
        products=rows,
        figures={row.id: product_sheet(session, row.slug).figures for row in rows},
        budgets=budget_states(session, today),
        month_end=company_month(session, today),
        money=money_by_month(session, FIRST_MONTH, f"{today:%Y-%m}"),
        graded=graded_forecasts(session, FORECASTS),
        issued=forecasts_issued(session),
        decisions=decision_log(session),
        risks=risk_register(session),
        at=now,
        today=today,
    )
    return portfolios.portfolio_report(facts, _ranking(session, founder, now))


def month_report(session: Session, *, month: str, today: date) -> Report:
    """Cost and accuracy of a month, as managers read it."""
    running = month == f"{today:%Y-%m}"
    facts = months.Facts(
        products=portfolio_rows(session),
        budgets=budget_states(session, today) if running else (),
        money=money_by_month(session, FIRST_MONTH, month),
        before=accuracy_before(session, month),
        day=today if running else bounds(month)[1] - timedelta(days=1),
        at=datetime.now(UTC),
    )
    return months.month_report(facts)


def _ranking(session: Session, founder: Founder | None, at: datetime) -> list[Section]:
    if founder is None or not session.scalar(select(Product.id).limit(1)):
        return []
    from engine.entrypoints.actions.portfolio import rank_in
    from engine.entrypoints.reporting import means

    return means.sections(rank_in(session, founder=founder), founder, at)


def report_bytes(report: Report, ending: str, language: str) -> bytes:
    """The report as a file: `.html` or `.xlsx`. Raises InputError for another ending, UnknownName for a language."""
    if language not in LANGUAGES:
        raise UnknownName(N_("language"), language, list(LANGUAGES))
    if ending == ".html":
        from engine.reports.html import report_html

        return report_html(report, language).encode()
    if ending == ".xlsx":
        from engine.reports.workbook import report_workbook

        return report_workbook(report, language)
    raise InputError(
        N_("A report is written as {known}, not as “{ending}”."), known=", ".join(ENDINGS), ending=ending or "–"
    )


def write_report(report: Report, path: Path, language: str) -> int:
    """Write the report to a file whose ending says how; the number of bytes. Nothing is left when it fails."""
    data = report_bytes(report, path.suffix.lower(), language)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)
    return len(data)


def entry_document(entry: Entry) -> dict[str, Any]:
    """A figure of a report with its origin, in plain values."""
    amount = entry.amount
    return {
        "no": entry.ref,
        "idea": entry.about or None,
        "figure": say(entry.title),
        "measure": entry.key or None,
        "value": amount.value,
        "low": amount.low,
        "high": amount.high,
        "unit": amount.unit,
        "grade": amount.grade,
        "source": say(entry.source),
        "date": entry.at,
    }
