"""`prospectus market signals`: bring documents, list what they say."""

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table

SHOWN = 60


def signals(
    files: Annotated[list[Path] | None, typer.Argument(help="Documents: TXT, HTML, PDF, DOCX, RSS, Atom.")] = None,
    *,
    text: Annotated[list[str] | None, typer.Option(help="A text to bring; repeat it.")] = None,
    url: Annotated[list[str] | None, typer.Option(help="A public page or feed to bring; repeat it.")] = None,
    author: Annotated[str, typer.Option(help="Who brings them.")] = "command line",
    limit: Annotated[int, typer.Option(help="Most signals to list, newest first.", min=1, max=1000)] = 50,
    as_json: Json = False,
) -> None:
    """Bring documents, when any are named, and list the newest signals."""
    from db.signals import signals as stored
    from engine.entrypoints.actions import signals as actions

    tables()
    brought = [actions.bring_text(given, author) for given in text or []]
    brought += [actions.bring_file(*actions.file_of(path), author) for path in files or []]
    brought += [actions.bring_url(given, author) for given in url or []]
    rows = read(stored, limit=limit)
    document = {
        "new": [found for one in brought for found in one.signals],
        "repeats": sum(one.repeats for one in brought),
        "known": sum(one.known for one in brought),
        "signals": [_document(row) for row in rows],
    }
    lines = table(
        ("id", "day", "dimension", "p", "means", "horizon", "impact", "title", "ideas"),
        [
            (
                row.id,
                row.day.isoformat(),
                row.value("dimension"),
                "-" if row.fields["dimension"].p is None else f"{row.fields['dimension'].p:.2f}",
                row.value("direction"),
                row.value("horizon"),
                row.value("impact"),
                row.title[:SHOWN],
                ", ".join(link.slug for link in row.links),
            )
            for row in rows
        ],
    )
    emit(document, as_json, lines)


def _document(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "url": row.url,
        "day": row.day,
        "language": row.language,
        "novelty": row.novelty,
        "repeats": row.repeats,
        "classifier": row.classifier,
        "fields": {
            name: {"value": field.value, "p": field.p, "author": field.author} for name, field in row.fields.items()
        },
        "ideas": [{"product": link.slug, "p": link.p, "author": link.author} for link in row.links],
    }
