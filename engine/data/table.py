"""What reading a file gives: columns of text, with the line each row began on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.errors import N_, DataError
from engine.spec import Split

Format = Literal["csv", "jsonl", "parquet", "xlsx", "folder"]
MAX_ROWS = 1_000_000
"""Rows of one table, in any format."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file read whole. Every column has `rows` cells; an absent cell is the empty string."""

    columns: dict[str, list[str]]
    lines: list[int]
    """Line of the file on which each row begins, from 1; in files without lines the number of the row."""
    encoding: str
    """Empty for formats that need none."""
    delimiter: str
    """One character; empty where there is none."""
    format: Format
    part: str = ""
    """Which sheet of a workbook, or which configuration of a data set folder, this is."""
    parts: tuple[str, ...] = ()
    """All there are to choose from."""
    left_out: tuple[str, ...] = ()
    """Columns that hold no plain values."""
    splits: tuple[Split, ...] | None = None
    """The split that the file itself puts each row in, where it does."""
    skipped: tuple[str, ...] = ()
    """Splits of a data set folder that are none of train, validation and test."""
    licence: str = ""
    """As the file itself names it."""

    @property
    def rows(self) -> int:
        """Rows below the header."""
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        """Cells of one column; raises DataError listing the known ones."""
        if name not in self.columns:
            known = ", ".join(self.columns)
            raise DataError(N_("There is no column “{name}”. The file has: {known}."), name=name, known=known)
        return self.columns[name]


def refuse_rows(file_name: str, rows: int | None = None) -> DataError:
    """The error of a table with more than a million rows; `rows` when it is known how many."""
    return DataError(
        N_("{file} has {rows} rows; at most {limit} can be read."),
        file=file_name,
        rows=f"{rows:,}" if rows else N_("more"),
        limit=f"{MAX_ROWS:,}",
        remedy=N_("Take a random part of the rows, or bring them in several files."),
    )


def check_header(names: list[str], file_name: str) -> None:
    """Raise DataError when two columns carry one name."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            N_("{file} has more than one column called {names}; every column needs its own name."),
            file=file_name,
            names=", ".join(f"“{name}”" for name in twice),
            remedy=N_("Rename the columns in the file and bring it again."),
        )


def spread_sample(cells: Sequence[str], size: int) -> Sequence[str]:
    """Up to `size` cells from the whole column, always the same ones: sorted and periodic files mislead a stride."""
    if len(cells) <= size:
        return cells
    return [cells[place] for place in np.random.default_rng(0).choice(len(cells), size, replace=False)]
