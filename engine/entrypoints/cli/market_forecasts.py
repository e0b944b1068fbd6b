"""`prospectus market forecast` and `backtest`: series, what comes next, and how methods did."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, UnknownName

Data = Annotated[Path, typer.Option("--data", help="A table of series: CSV, XLSX or Parquet.")]
Horizon = Annotated[int, typer.Option("--h", help="How many steps ahead.")]
Windows = Annotated[int, typer.Option("--windows", help="Past windows to test on; the last one decides nothing.")]
Method = Annotated[
    list[str] | None, typer.Option("--method", help="One method; repeat it. All quick ones when not given.")
]
Budget = Annotated[float, typer.Option("--budget", help="Seconds that each method may take, in each process.")]


def forecast(
    *,
    data: Data,
    h: Horizon,
    method: Method = None,
    windows: Windows = 3,
    budget: Budget = 30.0,
    as_json: Json = False,
) -> None:
    """Forecast each series of a file with its 90 % interval, by the method that did best on earlier windows."""
    from engine.entrypoints.actions.forecasts import forecast_file

    found, refused = forecast_file(data, h, method or (), windows, budget)
    rows = [row for issued in found.issued for row in issued.rows()]
    lines = table(
        ("unique_id", "ds", "y_hat", "lo_90", "hi_90", "method"),
        [(r["unique_id"], r["ds"], *(f"{r[k]:.6g}" for k in ("y_hat", "lo_90", "hi_90")), r["method"]) for r in rows],
    )
    _tell([*(str(i.note) for i in found.issued if i.note), *map(str, refused.values())])
    emit(rows, as_json, lines)


def backtest(
    *,
    data: Data,
    h: Horizon,
    windows: Windows = 3,
    method: Method = None,
    budget: Budget = 30.0,
    as_json: Json = False,
) -> None:
    """Test methods on past windows: chosen on the earlier ones, reported on the last."""
    from engine.entrypoints.actions.forecasts import backtest_document, forecast_file

    found, refused = forecast_file(data, h, method or (), windows, budget)
    document = backtest_document(found, refused)
    lines = table(
        ("method", "mase", "mae", "rmse", "smape", "pinball", "coverage_90", "series", "seconds"),
        [_line(name, row) for name, row in document["methods"].items()],
    )
    emit(document, as_json, [*lines, "", f"chosen: {document['chosen']}", *document["notes"]])


def import_(
    file: Annotated[str, typer.Argument(help="A table of series: CSV, XLSX or Parquet; or the public URL of one.")],
    *,
    market: Annotated[str | None, typer.Option(help="Short name of a market; a new one when not given.")] = None,
    name: Annotated[str, typer.Option(help="Name of a new market; the file's when not given.")] = "",
    product: Annotated[str | None, typer.Option(help="The idea that the market is meant for.")] = None,
    value: Annotated[str | None, typer.Option(help="The column that is forecast; the others stand beside it.")] = None,
    demand: Annotated[str | None, typer.Option(help="The series whose growth speaks for the market.")] = None,
    source: Annotated[str, typer.Option(help="Where the series come from.")] = "",
    as_json: Json = False,
) -> None:
    """Store the series of a file; points that arrive grade the forecasts issued before."""
    from engine.entrypoints.actions.series import bring, fetch_series, speak_for_market

    tables()
    away = file.lower().startswith(("http://", "https://"))
    path = fetch_series(file) if away else Path(file)
    origin = source or (file if away else "")
    kept = bring(path, market=market, name=name, product=product, source=origin, value=value)
    if demand is not None:
        if demand not in kept.series:
            raise UnknownName(N_("series"), demand, list(kept.series))
        speak_for_market(kept.series[demand])
    document = {
        "market": kept.market,
        "series": dict(kept.series),
        "new": kept.new,
        "graded": kept.graded,
        "refused": {series: error.as_dict() for series, error in kept.refused.items()},
        "notes": list(kept.notes),
    }
    lines = [f"{kept.market}: {len(kept.series)} series, {kept.new} with new points, {kept.graded} forecasts graded"]
    emit(document, as_json, [*lines, *kept.notes, *map(str, kept.refused.values())])


def _line(name: str, row: dict[str, Any]) -> tuple[object, ...]:
    figures = ("mase", "mae", "rmse", "smape", "pinball", "coverage_90")
    cells = [None if row[key] is None else f"{row[key]:.4g}" for key in figures]
    return name, *cells, row["series"], f"{row['seconds']:.1f}"


def _tell(lines: list[str]) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")
