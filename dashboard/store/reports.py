"""Reports for pages: read once until somebody commits, written when somebody asks for the file."""

from datetime import UTC, datetime

from dashboard.store.reading import view_by
from engine.entrypoints.actions import reports
from engine.portfolio.founder import Founder
from engine.reports.document import Report

__all__ = ["Founder", "Report", "memo", "month_report", "portfolio_report", "report_bytes"]


def memo(slug: str) -> Report:
    """The decision memo of an idea. Raises UnknownName."""
    found: Report = view_by(reports.memo, slug=slug)
    return found


def portfolio_report(founder: Founder | None) -> Report:
    """The portfolio report; with the ranking under these means where they are given."""
    found: Report = view_by(reports.portfolio_report, today=datetime.now(UTC).date(), founder=founder)
    return found


def month_report(month: str) -> Report:
    """Cost and accuracy of a month."""
    found: Report = view_by(reports.month_report, month=month, today=datetime.now(UTC).date())
    return found


report_bytes = reports.report_bytes
