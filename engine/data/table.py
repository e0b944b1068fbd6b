"""What reading a file gives: columns of text, with the line each row began on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.errors import N_, DataError

Format = Literal["csv", "jsonl"]


@dataclass(frozen=True, slots=True)
class Table:
    """A file read whole. Every column has `rows` cells; an absent cell is the empty string."""

    columns: dict[str, list[str]]
    lines: list[int]
    """Line of the file on which each row begins, from 1."""
    encoding: str
    delimiter: str
    """One character; empty for JSONL."""
    format: Format

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
