"""`prospectus report`: the decision memo of an idea, or the portfolio report, as a file to hand on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from engine.entrypoints.cli.options import Json, read
from engine.entrypoints.cli.output import emit
from engine.errors import N_, InputError
from engine.portfolio.founder import founder_of
from engine.wording import SOURCE

Portfolio = Annotated[bool, typer.Option("--portfolio", help="The portfolio report.")]
Out = Annotated[Path, typer.Option(help="Where it is written; the ending, .html or .xlsx, says how.")]


def report(  # noqa: PLR0917  options of a command
    out: Out,
    product: Annotated[str | None, typer.Option("--product", help="The decision memo of this idea.")] = None,
    portfolio: Portfolio = False,
    language: Annotated[str, typer.Option(help="en or zh_CN.")] = SOURCE,
    cash: Annotated[float | None, typer.Option(help="Rank the ideas under this cash, in USD.")] = None,
    months: Annotated[int, typer.Option(help="Months that the plan may take.")] = 18,
    as_json: Json = False,
) -> None:
    """Write a decision memo or the portfolio report as HTML or as an Excel workbook."""
    from engine.entrypoints.actions import reports

    if (product is None) is not portfolio:
        raise InputError(N_("A report is of one idea (--product) or of all (--portfolio), and of one of the two."))
    if product is not None:
        found = read(reports.memo, slug=product)
    else:
        founder = None if cash is None else founder_of({"cash_usd": cash, "months": months})
        found = read(reports.portfolio_report, today=datetime.now(UTC).date(), founder=founder)
    size = reports.write_report(found, out, language)
    document = {
        "file": out,
        "report": found.kind,
        "language": language,
        "bytes": size,
        "figures": [reports.entry_document(entry) for entry in found.entries],
    }
    emit(document, as_json, [f"{found.kind}, {len(found.entries)} figures: {out}"])
