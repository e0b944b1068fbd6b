"""What a prepared data set holds, and the fingerprint over it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.clean import RULES, Row
from engine.data.stored import COLUMN, ROWS_FILE, UNLABELLED_FILE, read_stored
from engine.spec import InputKind, Split


@dataclass(frozen=True, slots=True)
class Content:
    """Rows with their splits, and what is kept beside them. Of pictures, `Row.text` is the path in the folder."""

    rows: Sequence[Row]
    splits: Sequence[Split]
    """One for each row."""
    columns: tuple[str, ...] = ()
    """Names of the further columns; every row has one cell for each in `extra`."""
    unlabelled: Sequence[Row] = ()
    """Rows with an input and an empty label."""
    kind: InputKind = "text"


def fingerprint(content: Content) -> str:
    """sha256 over the rules' version, kind and columns and, in order, input, label, split and cells of each row.

    Line numbers do not count, so that another file with the same rows is the same data set.
    """
    digest = hashlib.sha256(f"prospectus rows {RULES}\n".encode())
    _add(digest, [content.kind, *content.columns])
    for row, split in zip(content.rows, content.splits, strict=True):
        _add(digest, [row.text, row.label, split, *row.extra])
    for row in content.unlabelled:
        _add(digest, [row.text, *row.extra])
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", values: Sequence[str]) -> None:
    digest.update(json.dumps(values, ensure_ascii=False).encode() + b"\n")


def load_content(folder: Path) -> Content:
    """A prepared data set as it was written, in file order. Raises StoredFileError."""
    stored = read_stored(folder / ROWS_FILE, ("row", "text", "image", "label", "split"), columns=True)
    kind: InputKind = "image" if "image" in stored else "text"
    columns = tuple(name.removeprefix(COLUMN) for name in stored if name.startswith(COLUMN))
    path = folder / UNLABELLED_FILE
    waiting = read_stored(path, ("row", "text", "image"), columns=True) if path.exists() else {"row": [], kind: []}
    return Content(_rows(stored, kind, columns), stored["split"], columns, _rows(waiting, kind, columns), kind)


def _rows(stored: dict[str, list[Any]], kind: InputKind, columns: Sequence[str]) -> list[Row]:
    count = len(stored["row"])
    cells = [stored.get(COLUMN + name, [""] * count) for name in columns]
    extra = list(zip(*cells, strict=True)) if columns else [()] * count
    return list(map(Row, stored["row"], stored[kind], stored.get("label", [""] * count), extra))
