"""A file that joins a prepared data set or takes its place, as a new version of it."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.data.clean import Cleaned, Row, deduplicate, normalise, unseen
from engine.data.content import Content
from engine.data.describe import dropped
from engine.data.prepare import rows_of, sha256_of
from engine.data.read import read_table
from engine.data.split import split_more
from engine.data.stored import Prepared
from engine.data.table import Table
from engine.data.versions import Version, by_text, open_version, store_version
from engine.errors import N_, DataError
from engine.spec import SPLITS, Split


def append_file(
    folder: Path,
    path: Path,
    *,
    name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    part: str | None = None,
) -> Prepared:
    """A version with the rows of a file that has the parent's columns; texts that are there already do not join.

    A text that the file labels otherwise stays as it was and counts as contradicting. Raises DataError.
    """
    parent, table, cleaned = _read(folder, path, encoding=encoding, delimiter=delimiter, part=part)
    old = parent.content
    known = by_text(old.rows)
    new = [_renumbered(row, parent) for row in cleaned.kept if normalise(row.text) not in known]
    rows, splits = [*old.rows, *new], [*old.splits, *_splits_of_new(parent, old.rows, old.splits, new)]
    brought = [_renumbered(row, parent) for row in cleaned.unlabelled]
    waiting = unseen([*old.unlabelled, *brought], {normalise(row.text) for row in rows})
    content = Content(rows, splits, old.columns, waiting)
    counts = _repeats(cleaned, known) | {"rows": len(old.rows) + table.rows}
    return store_version(
        parent, content, "append", name, counts | _origin(path, table), last_row=_last_row(parent, table)
    )


def replace_file(
    folder: Path,
    path: Path,
    *,
    name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    part: str | None = None,
) -> Prepared:
    """A version that holds the rows of a file; those whose text the parent has keep their number and split.

    Raises DataError.
    """
    parent, table, cleaned = _read(folder, path, encoding=encoding, delimiter=delimiter, part=part)
    split_of = dict(zip((row.line for row in parent.content.rows), parent.content.splits, strict=True))
    rows = _numbered_as(parent.content.rows, cleaned.kept, parent)
    stayed = [row for row in rows if row.line in split_of]
    new = [row for row in rows if row.line not in split_of]
    drawn = _splits_of_new(parent, stayed, [split_of[row.line] for row in stayed], new)
    split_of |= dict(zip((row.line for row in new), drawn, strict=True))
    waiting = _numbered_as(parent.content.unlabelled, cleaned.unlabelled, parent)
    content = Content(rows, [split_of[row.line] for row in rows], parent.content.columns, waiting)
    known = dropped(cleaned) | {"rows": table.rows} | _origin(path, table)
    return store_version(parent, content, "replace", name, known, last_row=_last_row(parent, table))


def _check_columns(file: str, table: Table, wanted: Sequence[str]) -> None:
    """All that are missing at once, text and label before what is only kept."""
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise DataError(
            N_("{file} lacks columns of the data set: {missing}. It has: {known}."),
            file=file,
            missing=", ".join(missing),
            known=", ".join(table.columns),
        )


def _read(folder: Path, path: Path, **wishes: Any) -> tuple[Version, Table, Cleaned]:
    parent = open_version(folder)
    if parent.content.kind != "text":
        raise DataError(N_("A table can join a data set of texts only; this one holds pictures."))
    table = read_table(path, **wishes)
    known = parent.profile
    _check_columns(path.name, table, (known.text_column, known.label_column, *known.columns))
    return parent, table, deduplicate(rows_of(table, known.text_column, known.label_column, known.columns))


def _renumbered(row: Row, parent: Version) -> Row:
    return dataclasses.replace(row, line=row.line + parent.last_row)


def _numbered_as(old: Sequence[Row], rows: Sequence[Row], parent: Version) -> list[Row]:
    """Rows whose text an old row has take its number, all others a new one."""
    known = by_text(old)
    found = ((row, known.get(normalise(row.text))) for row in rows)
    return [dataclasses.replace(row, line=twin.line) if twin else _renumbered(row, parent) for row, twin in found]


def _last_row(parent: Version, table: Table) -> int:
    return parent.last_row + max(table.lines)


def _splits_of_new(parent: Version, stayed: Sequence[Row], splits: Sequence[Split], new: Sequence[Row]) -> list[Split]:
    held = Counter(zip((row.label for row in stayed), splits, strict=True))
    known = {label for label, _ in held if all(held[label, split] for split in SPLITS)}
    return split_more([row.label for row in new], parent.profile.seed, known)


def _repeats(cleaned: Cleaned, known: Mapping[str, Row]) -> dict[str, int]:
    """Why rows of a file did not join: within it, and because the parent has their text."""
    counts = dropped(cleaned)
    for row in cleaned.kept:
        twin = known.get(normalise(row.text))
        if twin is None:
            continue
        if twin.label != row.label:
            counts["conflicting_rows"] += 1
            counts["conflicting_texts"] += 1
        else:
            counts["exact_duplicates" if twin.text == row.text else "normalised_duplicates"] += 1
    return counts


def _origin(path: Path, table: Table) -> dict[str, Any]:
    return {
        "file_name": path.name,
        "file_sha256": sha256_of(path),
        "file_bytes": path.stat().st_size,
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
    }
