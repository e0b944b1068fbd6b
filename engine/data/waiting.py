"""Rows for labelling, read a batch at a time: the dashboard asks, and must not hold a whole data set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.data.stored import ROWS_FILE, UNLABELLED_FILE
from engine.errors import N_, StoredFileError
from engine.inference.files import inside
from engine.spec import SPLITS, Input

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


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """Label and split of every labelled row, in ten bytes a row."""

    row: NDArray[np.int64]
    """Ascending."""
    label: NDArray[np.int16]
    """Places in `labels`."""
    split: NDArray[np.int8]
    """Places in SPLITS."""
    labels: tuple[str, ...]

    def of(self, rows: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Label and split of those of the rows that are labelled."""
        wanted = np.fromiter(rows, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.row, wanted), len(self.row) - 1)
        return {
            int(row): (self.labels[self.label[place]], SPLITS[self.split[place]])
            for row, place in zip(wanted, places, strict=True)
            if self.row[place] == row
        }


def labelled_rows(folder: Path) -> LabelledRows:
    """Read label and split of all labelled rows. Raises StoredFileError."""
    rows: list[int] = []
    labels: list[int] = []
    splits: list[int] = []
    known: dict[str, int] = {}
    for row, label, split in _cells(folder, ROWS_FILE, "row", "label", "split"):
        rows.append(row)
        labels.append(known.setdefault(label, len(known)))
        splits.append(SPLITS.index(split))
    order = np.argsort(np.asarray(rows, dtype=np.int64), kind="stable")
    return LabelledRows(
        np.asarray(rows, dtype=np.int64)[order],
        np.asarray(labels, dtype=np.int16)[order],
        np.asarray(splits, dtype=np.int8)[order],
        tuple(known),
    )


def input_of(folder: Path, row: int) -> Input | None:
    """The text of one row, labelled or not, or the path of its picture; None when there is no such row."""
    for file in (UNLABELLED_FILE, ROWS_FILE):
        for known, given in _cells(folder, file, "row", "input"):
            if known == row:
                return given
    return None


def has_row(folder: Path, row: int) -> bool:
    """Whether the data set has a row of this number, labelled or not. Raises StoredFileError."""
    files = (UNLABELLED_FILE, ROWS_FILE)
    return any((batch["row"].to_numpy() == row).any() for file in files for batch in _batches(folder, file, ("row",)))


def _cells(folder: Path, file: str, *names: str) -> Iterator[tuple[Any, ...]]:
    """Rows of the named columns; `input` is the text, or the path of the picture."""
    for batch in _batches(folder, file, names):
        cells = [batch[name].to_pylist() for name in batch.schema.names]
        for at, name in enumerate(batch.schema.names):
            if name == "image":
                cells[at] = [inside(folder, given) for given in cells[at]]
        yield from zip(*cells, strict=True)


def _batches(folder: Path, file: str, names: Sequence[str]) -> Iterator[Any]:
    """Record batches of the named columns, in their order; none of a data set without the file for unlabelled rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / file
    if file == UNLABELLED_FILE and not path.exists():
        return
    try:
        with pq.ParquetFile(path) as stored:
            kind = "image" if "image" in stored.schema_arrow.names else "text"
            columns = [kind if name == "input" else name for name in names]
            for batch in stored.iter_batches(BATCH_ROWS, columns=columns, use_threads=False):
                yield batch.select(columns)
    except (OSError, pa.ArrowException) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error
