"""`prospectus rates`: what things cost, since when, and who says so."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.costs.rates import KINDS, UNIT_OF
from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, InputError, UnknownName

app = typer.Typer(help="Rates: list, add, import.", no_args_is_help=True)
By = Annotated[str, typer.Option(help="Who adds it.")]


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}; all without it.")] = None,
    search: Annotated[str, typer.Option(help="Part of the key, provider, region or source.")] = "",
    history: Annotated[str | None, typer.Option(help="Every row of one key instead.")] = None,
    as_json: Json = False,
) -> None:
    """List the rates in force today, or the history of one."""
    from db.views.rates import rate_history, rate_rows

    if kind is not None and kind not in KINDS:
        raise UnknownName(N_("kind of rate"), kind, list(KINDS))
    if history is not None:
        rows = list(read(rate_history, key=history))
    else:
        today = datetime.now(UTC).date()
        rows = [row for one in KINDS if kind in (None, one) for row in read(rate_rows, kind=one, on=today)]
    wanted = search.casefold()
    found = [r for r in rows if wanted in f"{r.key} {r.provider} {r.region} {r.source}".casefold()]
    lines = table(
        ("key", "USD", "unit", "grade", "since", "checked", "source"),
        [(r.key, f"{r.usd:g}", r.unit, r.grade, r.valid_from, r.checked_on, r.source) for r in found],
    )
    emit([_document(row) for row in found], as_json, lines)


def _document(row: Any) -> dict[str, Any]:
    return {**asdict(row), "others": [{"origin": o.origin, "usd": o.usd, "source": o.source} for o in row.others]}


@app.command()
def add(
    key: Annotated[str, typer.Argument(help="What it is called, such as local_cpu or gpu/a10/example/eu-1.")],
    *,
    value: Annotated[float, typer.Option(help="Price of one unit.")],
    by: By,
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(KINDS)}.")] = "compute",
    low: Annotated[float | None, typer.Option(help="At least; the value without it.")] = None,
    high: Annotated[float | None, typer.Option(help="At most; the value without it.")] = None,
    currency: Annotated[str, typer.Option(help="USD, CNY or EUR.")] = "USD",
    grade: Annotated[str, typer.Option(help="quoted, modelled or assumed.")] = "assumed",
    source: Annotated[str, typer.Option(help="Who says so; “from memory, unchecked” without it.")] = "",
    url: Annotated[str, typer.Option(help="Only of a page that was opened.")] = "",
    checked_on: Annotated[str, typer.Option(help="The day the source was opened.")] = "",
    valid_from: Annotated[str, typer.Option(help="The day it begins; today without it.")] = "",
    provider: Annotated[str, typer.Option(help="Who sells it.")] = "",
    region: Annotated[str, typer.Option(help="Where.")] = "",
    item: Annotated[str, typer.Option(help="What it is: a GPU's name, a role, a tier.")] = "",
    note: Annotated[str, typer.Option(help="A remark.")] = "",
    as_json: Json = False,
) -> None:
    """Append a rate; what was in force before stays in the history."""
    from db.views.rates import rate_history
    from engine.entrypoints.actions.rates import add_rate

    tables()
    given: dict[str, Any] = {"key": key, "kind": kind, "unit": UNIT_OF.get(kind, kind), "value": value}  # type: ignore[call-overload]
    given |= {"low": low, "high": high, "currency": currency, "grade": grade, "source": source, "url": url}
    given |= {"checked_on": checked_on, "valid_from": valid_from or datetime.now(UTC).date().isoformat()}
    given |= {"provider": provider, "region": region, "item": item, "note": note}
    added = add_rate(given, by)
    emit(_document(read(rate_history, key=added)[-1]), as_json, [f"Added {added}."])


@app.command("import")
def import_(
    file: Annotated[Path | None, typer.Argument(help="A CSV; docs/rates.md names its columns.")] = None,
    *,
    lists: Annotated[bool, typer.Option("--lists", help="The price lists of installed packages.")] = False,
    network: Annotated[bool, typer.Option("--network", help="Today's GPU prices, by gpuhunt.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Append the rates of a CSV, of the installed price lists, or of the network: all of them or none."""
    from engine.entrypoints.actions import rates

    tables()
    if file is None and not lists and not network:
        raise InputError(N_("Name a CSV, or give --lists or --network."))
    done = []
    if file is not None:
        done.append(rates.import_rates(file.read_bytes(), file.name, by))
    if lists:
        done.append(rates.import_lists())
    if network:
        done.append(rates.refresh_gpus())
    document = {"read": sum(one.read for one in done), "new": sum(one.new for one in done)}
    emit(document, as_json, [f"{document['read']} rates read, {document['new']} of them new."])
