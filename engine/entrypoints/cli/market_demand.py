"""`prospectus market users` and `competition`: what users of an idea do, and who else is there."""

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, Licence, Source, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, InputError

Idea = Annotated[str, typer.Argument(help="The idea's short name, as `products list` shows it.")]
Author = Annotated[str, typer.Option(help="Who brings it.")]
AUTHOR = "command line"


def users(
    product: Idea,
    *,
    data: Annotated[Path | None, typer.Option("--data", help="A table of events to count: CSV, Parquet, XLSX.")] = None,
    user: Annotated[str | None, typer.Option(help="Column with the users; proposed when not given.")] = None,
    time: Annotated[str | None, typer.Option(help="Column with the times; proposed when not given.")] = None,
    kind: Annotated[str | None, typer.Option(help="Column with the kinds; proposed when not given.")] = None,
    step: Annotated[list[str] | None, typer.Option(help="A step of the funnel, in order; repeat it.")] = None,
    licence: Licence = "",
    source: Source = "",
    author: Author = AUTHOR,
    as_json: Json = False,
) -> None:
    """Count a file of events, when one is named, and say what the idea's users do."""
    from db.views.demand import users as stored
    from engine.entrypoints.actions import behaviour

    tables()
    if data is not None:
        seen = behaviour.look_at_events(data)
        who, when = user or seen.proposed["user"], time or seen.proposed["time"]
        if who is None or when is None:
            raise InputError(
                N_("{file} has no column that is surely the users or the times; name them with --user and --time."),
                file=data.name,
            )
        what = kind or seen.proposed["kind"]
        behaviour.import_events(
            product, seen.path, who, when, author, kind=what, steps=step, name=data.stem, licence=licence, source=source
        )
    row = read(stored, slug=product)
    if row is None:
        emit({"idea": product, "events": None}, as_json, ["Nobody has brought events yet: --data FILE counts some."])
        return
    said = {"name": row.name, "sha256": row.fingerprint, "source": row.source, "licence": row.licence}
    settings, summary = dict(row.settings), dict(row.summary)
    emit({"idea": product, "events": said, "settings": settings, **summary}, as_json, _users_lines(row))


def _users_lines(row: Any) -> list[str]:
    found = row.summary
    lines = [f"{row.name}: {found['users']:,} users"]
    if found["churn"]:
        lines.append(f"churn a month: {_share(found['churn'])}")
    if found["funnel"]:
        steps = [(one["kind"], f"{one['users']:,}", _share(one["of_first"])) for one in found["funnel"]]
        lines += ["", *table(("step", "users", "of the first"), steps)]
    return lines


def _share(share: Any) -> str | None:
    if share is None:
        return None
    return f"{100 * share['value']:.1f}% ({100 * share['low']:.1f} to {100 * share['high']:.1f})"


def competition(
    product: Idea,
    *,
    data: Annotated[Path | None, typer.Option("--data", help="A table of competitors to bring.")] = None,
    hosted: Annotated[
        list[str] | None, typer.Option(help="PROVIDER/MODEL of the price list to add; repeat it.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write the competitors there as CSV.")] = None,
    author: Author = AUTHOR,
    as_json: Json = False,
) -> None:
    """List an idea's competitors with features and newest prices; bring or take them as a table."""
    from db.views.demand import competitors
    from engine.entrypoints.actions import rivals

    tables()
    new = rivals.import_cards(product, data, author) if data is not None else 0
    new += sum(rivals.add_hosted(product, key, author) for key in hosted or [])
    rows = read(competitors, slug=product)
    if to is not None:
        to.write_bytes(rivals.cards_csv(rows))
    document = {"idea": product, "new": new, "competitors": [_card(row) for row in rows]}
    lines = table(
        ("competitor", "asks", "features", "since"),
        [
            (
                f"{row.name} (ours)" if row.ours else row.name,
                "; ".join(f"{price.usd} {price.unit}" for price in _newest(row)),
                ", ".join(f"{name}: {answer}" for name, answer in row.features.items()),
                f"gone {row.gone_at:%Y-%m-%d}" if row.gone_at else f"{row.created_at:%Y-%m-%d}",
            )
            for row in rows
        ],
    )
    emit(document, as_json, lines)


def _newest(row: Any) -> list[Any]:
    return [row.latest(unit) for unit in dict.fromkeys(price.unit for price in row.prices)]


def _card(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "ours": row.ours,
        "url": row.url,
        "positioning": row.positioning,
        "features": dict(row.features),
        "prices": [
            {"usd": price.usd, "unit": price.unit, "on": price.on, "grade": price.grade, "source": price.source}
            for price in row.prices
        ],
        "gone_at": row.gone_at,
        "author": row.author,
    }
