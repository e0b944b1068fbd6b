"""Reads what evaluated rows say, a batch at a time: the dashboard asks, and must not hold a whole data set."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.data.stored import COLUMN, ROWS_FILE
from engine.errors import N_, StoredFileError, UnknownName
from engine.inference.files import inside
from engine.spec import Input, InputKind

BATCH_ROWS = 2048


def kept_columns(folder: Path) -> tuple[str, ...]:
    """Names of the further columns that a data set kept. Raises StoredFileError."""
    return tuple(name.removeprefix(COLUMN) for name in _names(folder) if name.startswith(COLUMN))


def input_kind(folder: Path) -> InputKind:
    """What the rows of a data set hold. Raises StoredFileError."""
    return "image" if "image" in _names(folder) else "text"


def column_of(folder: Path, name: str, rows: Iterable[int]) -> list[str]:
    """A further column of the given rows, in their order; "" where a row has no value or is not there.

    Raises UnknownName for a column that was not kept, StoredFileError for a damaged file.
    """
    known = kept_columns(folder)
    if name not in known:
        raise UnknownName(N_("column"), name, list(known))
    found = dict(_pairs(folder, COLUMN + name))
    return [found.get(int(row)) or "" for row in rows]


def lengths_of(folder: Path, rows: Iterable[int]) -> list[int]:
    """Characters of the texts of the given rows, in their order. Raises StoredFileError."""
    found = {row: len(text) for row, text in _pairs(folder, "text")}
    return [found.get(int(row), 0) for row in rows]


def languages_of(folder: Path, rows: Iterable[int]) -> list[str]:
    """BCP 47 primary subtag of each text, a simple guess (`engine.data.language`). Raises StoredFileError."""
    from engine.data.language import detect_language

    wanted = [int(row) for row in rows]
    among = set(wanted)
    found = {row: detect_language([text]) for row, text in _pairs(folder, "text") if row in among}
    return [found.get(row, "und") for row in wanted]


def inputs_of(folder: Path, rows: Iterable[int]) -> dict[int, Input]:
    """Texts, or paths of pictures, of the given rows by row. Raises StoredFileError."""
    kind, among = input_kind(folder), {int(row) for row in rows}
    found: Mapping[int, Any] = {row: given for row, given in _pairs(folder, kind) if row in among}
    return {row: inside(folder, given) if kind == "image" else given for row, given in found.items()}


def _names(folder: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(folder / ROWS_FILE) as file:
            return list(file.schema_arrow.names)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(folder, error) from error


def _pairs(folder: Path, column: str) -> Iterator[tuple[int, Any]]:
    """(row, value) of one column over all splits."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(folder / ROWS_FILE) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=["row", column], use_threads=False):
                yield from zip(batch["row"].to_pylist(), batch[column].to_pylist(), strict=True)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: Exception) -> StoredFileError:
    return StoredFileError(N_("{file} cannot be read: {reason}."), file=str(folder / ROWS_FILE), reason=str(error))
