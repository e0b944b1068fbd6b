"""What to show before a person confirms the columns."""

from dataclasses import dataclass
from pathlib import Path

from engine.data.columns import Proposal, propose_columns, propose_further
from engine.data.profile import shorten
from engine.data.read import read_table
from engine.spec import SPLITS

PREVIEW_ROWS = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it was read, and the columns proposed."""

    file_name: str
    rows: int
    head: list[dict[str, str]]
    """The first rows, texts cut to 300 characters."""
    columns: tuple[str, ...]
    proposal: Proposal
    further: tuple[str, ...]
    """Columns worth keeping beside the proposed text and label."""
    encoding: str
    delimiter: str
    format: str
    part: str
    """The sheet or configuration that was read."""
    parts: tuple[str, ...]
    left_out: tuple[str, ...]
    """Columns that hold no plain values."""
    splits: dict[str, int]
    """Rows of the splits that the file itself makes; empty when it makes none."""
    skipped: tuple[str, ...]
    """Splits of the file that are none of train, validation and test."""
    licence: str
    """As the file itself names it."""


def preview(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, part: str | None = None
) -> Preview:
    """Read a file and propose its columns, without preparing anything. Raises DataError."""
    table = read_table(path, encoding=encoding, delimiter=delimiter, part=part)
    head = [
        {name: shorten(cells[place]) for name, cells in table.columns.items()}
        for place in range(min(PREVIEW_ROWS, table.rows))
    ]
    proposal = propose_columns(table)
    return Preview(
        Path(path).name,
        table.rows,
        head,
        tuple(table.columns),
        proposal,
        propose_further(table, proposal.text, proposal.label),
        table.encoding,
        table.delimiter,
        table.format,
        table.part,
        table.parts,
        table.left_out,
        {split: count for split in SPLITS if (count := (table.splits or ()).count(split))},
        table.skipped,
        table.licence,
    )
