"""Options that several commands share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from db.session import database_url, get_bind, in_transaction, upgrade
from db.shapes import RunDetail

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Product = Annotated[str | None, typer.Option("--product", help="The idea's short name, as `products list` shows it.")]
TextColumn = Annotated[str | None, typer.Option(help="Column with the texts; proposed when not given.")]
LabelColumn = Annotated[str | None, typer.Option(help="Column with the classes; proposed when not given.")]
Name = Annotated[str | None, typer.Option(help="Name of the data set; the file's name when not given.")]
Licence = Annotated[str, typer.Option(help="Licence of the data.")]
Source = Annotated[str, typer.Option(help="Where the data come from.")]


def tables() -> None:
    """Make the tables of a database that has none, as `db upgrade` does."""
    from sqlalchemy import inspect

    if not inspect(get_bind(database_url())).has_table("alembic_version"):
        upgrade()


def read(view: Callable[..., Any], **arguments: Any) -> Any:
    """What a view of `db.views` says."""
    tables()
    return in_transaction(lambda session: view(session, **arguments))


def details(run_ids: Sequence[str]) -> list[RunDetail]:
    """Runs, whole, in this order. Raises UnknownName."""
    from db.views import run_detail

    return [read(run_detail, run_id=run_id) for run_id in run_ids]


def columns_of(
    path: Path, text_column: str | None, label_column: str | None, part: str | None = None
) -> tuple[str, str]:
    """The columns named, else those proposed; of pictures none. Raises DataError for a file that cannot be read."""
    if text_column and label_column:
        return text_column, label_column
    from engine.entrypoints import actions

    if actions.holds_pictures(path):
        return "", ""
    proposal = actions.preview_data(path, part=part).proposal
    return text_column or proposal.text, label_column or proposal.label
