"""Reads an uploaded table: CSV with any usual delimiter, or JSON Lines."""

from pathlib import Path

from engine.data.delimited import read_delimited
from engine.data.encoding import decode
from engine.data.jsonl import looks_like_jsonl, read_jsonl
from engine.data.table import Table
from engine.errors import N_, DataError

MAX_BYTES = 200_000_000
JSONL_SUFFIXES = (".jsonl", ".ndjson", ".json")


def read_table(
    path: Path, *, max_bytes: int = MAX_BYTES, encoding: str | None = None, delimiter: str | None = None
) -> Table:
    """Read a whole file; `encoding` and `delimiter` force what is otherwise detected.

    Raises DataError, naming the file and the line, for anything that is not a table of text with at least one row.
    """
    path = Path(path)
    text, used = decode(_bytes(path, max_bytes), path.name, encoding)
    if not text.strip():
        raise _empty(path)
    if path.suffix.lower() in JSONL_SUFFIXES or (delimiter is None and looks_like_jsonl(text)):
        table = read_jsonl(text, path.name, used)
    else:
        table = read_delimited(text, path.name, used, delimiter)
    if not table.rows:
        raise DataError(N_("{file} has a header and no rows."), file=path.name)
    return table


def _bytes(path: Path, max_bytes: int) -> bytes:
    if not path.is_file():
        raise DataError(N_("There is no file {file}."), file=str(path))
    size = path.stat().st_size
    if size == 0:
        raise _empty(path)
    if size > max_bytes:
        raise DataError(
            N_("{file} has {size} MB; at most {limit} MB can be read."),
            file=path.name,
            size=f"{size / 1e6:,.1f}",
            limit=f"{max_bytes / 1e6:,.0f}",
            remedy=N_("Leave out columns that are not needed, or take a random part of the rows."),
        )
    return path.read_bytes()


def _empty(path: Path) -> DataError:
    return DataError(N_("{file} is empty."), file=path.name)
