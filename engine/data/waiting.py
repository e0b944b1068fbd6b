"""Rows for labelling, read a batch at a time: the dashboard asks, and must not hold a whole data set."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from engine.data.stored import ROWS_FILE, UNLABELLED_FILE
from engine.errors import N_, StoredFileError
from engine.inference.files import inside
from engine.spec import Input

BATCH_ROWS = 2048


class WaitingRows(NamedTuple):
    """Unlabelled rows of a data set, in file order."""

    rows: tuple[int, ...]
    inputs: tuple[Input, ...]


def waiting_rows(folder: Path, start: int = 0, most: int | None = None) -> WaitingRows:
    """The unlabelled rows from `start` on, at most `most`; none of a data set without such. Raises StoredFileError."""
    rows: list[int] = []
    inputs: list[Input] = []
    end = None if most is None else start + most
    for place, (row, given) in enumerate(_cells(folder, UNLABELLED_FILE, "row", "input")):
        if end is not None and place >= end:
            break
        if place >= start:
            rows.append(row)
            inputs.append(given)
    return WaitingRows(tuple(rows), tuple(inputs))


def splits_of(folder: Path, rows: Collection[int]) -> dict[int, tuple[str, str]]:
    """Label and split of those of the rows that are labelled, by row. Raises StoredFileError."""
    wanted = set(rows)
    if not wanted:
        return {}
    cells = _cells(folder, ROWS_FILE, "row", "label", "split")
    return {row: (label, split) for row, label, split in cells if row in wanted}


def input_of(folder: Path, row: int) -> Input | None:
    """The text of one row, labelled or not, or the path of its picture; None when there is no such row."""
    for file in (UNLABELLED_FILE, ROWS_FILE):
        for known, given in _cells(folder, file, "row", "input"):
            if known == row:
                return given
    return None


def has_row(folder: Path, row: int) -> bool:
    """Whether the data set has a row of this number, labelled or not."""
    return any(known == row for file in (UNLABELLED_FILE, ROWS_FILE) for (known,) in _cells(folder, file, "row"))


def _cells(folder: Path, file: str, *names: str) -> Iterator[tuple[Any, ...]]:
    """Rows of the named columns; `input` is the text, or the path of the picture."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / file
    if file == UNLABELLED_FILE and not path.exists():
        return
    try:
        with pq.ParquetFile(path) as stored:
            pictures = "image" in stored.schema_arrow.names
            columns = [{"input": "image" if pictures else "text"}.get(name, name) for name in names]
            for batch in stored.iter_batches(BATCH_ROWS, columns=columns, use_threads=False):
                lists = [batch[column].to_pylist() for column in columns]
                if pictures and "input" in names:
                    at = names.index("input")
                    lists[at] = [inside(folder, given) for given in lists[at]]
                yield from zip(*lists, strict=True)
    except (OSError, pa.ArrowException) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error
