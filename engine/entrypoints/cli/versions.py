"""`prospectus data versions`, `diff`, `append`, `mask`: the versions of a data set."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from db.shapes import DatasetRow
from engine.entrypoints.cli import documents
from engine.entrypoints.cli.options import Json, Name, tables
from engine.entrypoints.cli.output import emit, table

Id = Annotated[int, typer.Argument(help="Id of a data set, as `data list` shows it.")]


def add_versions(app: typer.Typer) -> None:
    """Add the commands to `prospectus data`."""
    for command in (versions, diff, append, mask):
        app.command()(command)


def versions(data: Id, as_json: Json = False) -> None:
    """List the versions of a data set, oldest first, and what made each."""
    from engine.entrypoints import actions

    tables()
    rows = actions.versions(data)
    lines = table(
        ("id", "name", "made from", "by", "rows"),
        [(r.id, r.name, r.parent_id or "", r.change or "import", r.profile["used"]) for r in rows],
    )
    emit([documents.dataset(row) for row in rows], as_json, lines)


def diff(before: Id, after: Id, as_json: Json = False) -> None:
    """Show what differs between two data sets: rows added, removed, relabelled, reworded, and the class balance."""
    from engine.entrypoints import actions

    tables()
    found = actions.compare_versions(before, after)
    counts = ", ".join(f"{count} {change}" for change, count in found.counts.items())
    classes = table(("class", "before", "after"), [(label, *pair) for label, pair in found.classes.items()])
    changed = table(
        ("change", "row", "label", "text"),
        [
            (
                r.change,
                r.row,
                " → ".join(dict.fromkeys(filter(None, (r.label_before, r.label_after)))),
                r.after or r.before,
            )
            for r in found.examples
        ],
    )
    emit(dataclasses.asdict(found), as_json, [counts, "", *classes, "", *changed])


def append(
    data: Id,
    file: Annotated[Path, typer.Argument(help="A file with the same columns.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Put the file in place of the old rows.")] = False,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Make a version with the rows of a file added. No old row changes its split."""
    from engine.entrypoints import actions

    tables()
    emit_version(*actions.append_data(data, file, name, replace=replace), as_json=as_json)


def mask(
    data: Id,
    *,
    kind: Annotated[
        list[str] | None, typer.Option(help="email, phone, id_number or card; repeat it. All by default.")
    ] = None,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Make a version with placeholders for suspected personal data."""
    from engine.entrypoints import actions

    tables()
    emit_version(*actions.mask_data(data, kind or (), name), as_json=as_json)


def emit_version(row: DatasetRow, already: bool, *, as_json: bool) -> None:
    """Print a version that was made."""
    rows = f"{row.rows_train} / {row.rows_validation} / {row.rows_test} rows"
    known = ", known already" if already else ""
    line = f"Data set {row.id}: {row.name}, {rows} to train / validate / test{known}."
    emit({**documents.dataset(row), "already": already}, as_json, [line])
