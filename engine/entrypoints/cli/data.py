"""`prospectus data`: bring a file, look at it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.entrypoints.cli import documents
from engine.entrypoints.cli.options import (
    Json,
    LabelColumn,
    Licence,
    Name,
    Product,
    Source,
    TextColumn,
    columns_of,
    read,
    tables,
)
from engine.entrypoints.cli.output import emit, table
from engine.entrypoints.cli.versions import add_versions
from engine.errors import N_, UnknownName

app = typer.Typer(help="Data sets: list, import a file, show a profile.", no_args_is_help=True)


add_versions(app)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List every data set, newest first."""
    from db.views import datasets

    rows = read(datasets)
    lines = table(
        ("id", "name", "language", "classes", "train", "validation", "test", "licence"),
        [
            (r.id, r.name, r.language, len(r.labels), r.rows_train, r.rows_validation, r.rows_test, r.licence)
            for r in rows
        ],
    )
    emit([documents.dataset(row) for row in rows], as_json, lines)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A table, a data set folder, or pictures (ZIP or folder).")],
    *,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    name: Name = None,
    licence: Licence = "",
    source: Source = "",
    product: Product = None,
    column: Annotated[
        list[str] | None, typer.Option(help="A further column to keep; repeat it. Those of few values when not given.")
    ] = None,
    part: Annotated[str | None, typer.Option(help="Sheet of a workbook, or configuration of a folder.")] = None,
    anew: Annotated[bool, typer.Option("--split-anew", help="Draw splits even where the file has its own.")] = False,
    as_json: Json = False,
) -> None:
    """Clean, split and store a file. The same rows are stored once."""
    from engine.entrypoints import actions

    tables()
    text, label = columns_of(file, text_column, label_column, part)
    row, already = actions.import_data(
        file,
        text,
        label,
        name or file.resolve().stem,
        licence,
        source,
        product,
        columns=column,
        part=part,
        own_splits=not anew,
    )
    document = {**documents.dataset(row), "already": already, "profile": dict(row.profile)}
    known = ", known already" if already else ""
    rows = f"{row.rows_train} / {row.rows_validation} / {row.rows_test} rows"
    emit(document, as_json, [f"Data set {row.id}: {row.name}, {rows} to train / validate / test{known}."])


@app.command()
def profile(
    data: Annotated[str, typer.Argument(help="Id of a data set, or a file that is only looked at.")],
    as_json: Json = False,
) -> None:
    """Show classes, lengths, duplicates and contradictions of a data set, or what a file looks like."""
    document = _stored(int(data)) if data.isdecimal() and not Path(data).exists() else _file(Path(data))
    emit(document, as_json, [f"{key}: {value}" for key, value in document.items() if not isinstance(value, list)])


def _stored(dataset_id: int) -> dict[str, Any]:
    from db.views import datasets

    rows = {row.id: row for row in read(datasets)}
    if dataset_id not in rows:
        raise UnknownName(N_("data set"), str(dataset_id), [str(known) for known in rows])
    return {**documents.dataset(rows[dataset_id]), **rows[dataset_id].profile}


def _file(path: Path) -> dict[str, Any]:
    from engine.entrypoints import actions

    if actions.holds_pictures(path):
        return _pictures(path)
    seen = actions.preview_data(path)
    return {
        "file": seen.file_name,
        "format": seen.format,
        "encoding": seen.encoding,
        "delimiter": seen.delimiter,
        "rows": seen.rows,
        "part": seen.part,
        "parts": list(seen.parts),
        "columns": list(seen.columns),
        "left_out": list(seen.left_out),
        "further": list(seen.further),
        "splits": seen.splits,
        "text_column": seen.proposal.text,
        "label_column": seen.proposal.label,
        "reasons": [str(reason) for reason in seen.proposal.reasons],
        "head": seen.head,
    }


def _pictures(path: Path) -> dict[str, Any]:
    from engine.entrypoints import actions

    seen = actions.look_at_pictures(path)
    return {
        "file": seen.file_name,
        "format": seen.format,
        "pictures": seen.pictures,
        "label_column": seen.label_column,
        "classes": dict(seen.classes),
        "unlabelled": seen.unlabelled,
        "other_files": seen.other,
        "unreadable": list(seen.faults),
    }
