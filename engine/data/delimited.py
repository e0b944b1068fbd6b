"""CSV, TSV and their relatives: which character separates the cells, and the rows."""

import csv
import io
import re
from collections.abc import Iterator

from engine.data.table import Table, check_header
from engine.errors import N_, DataError

DELIMITERS = (",", "\t", ";", "|")
MAX_CELL_CHARS = 10_000_000
SAMPLE_CHARS = 200_000
SEP_LINE = re.compile(r"sep=(.)\r?\n")
"""Excel's own first line that names the delimiter."""


def detect_delimiter(text: str) -> str:
    """The candidate for which most rows have as many cells as the header; more cells win a tie.

    A file of one column gives a comma.
    """
    sample = text if len(text) <= SAMPLE_CHARS else text[:SAMPLE_CHARS].rpartition("\n")[0]
    return max(DELIMITERS, key=lambda d: (*_fit(sample, d), -DELIMITERS.index(d)))


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    counts = [len(row) for row in _lenient(sample, delimiter) if row]
    if not counts or counts[0] < 2:
        return 0.0, 0
    return counts.count(counts[0]) / len(counts), counts[0]


def _lenient(sample: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL_CHARS)
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        yield from rows
    except csv.Error:
        return


def read_delimited(text: str, file_name: str, encoding: str, delimiter: str | None = None) -> Table:
    """Read a table whose first row names the columns.

    Raises DataError for duplicate names, rows with another number of cells than the header, broken quotes, no rows.
    """
    skipped = 0
    if named := SEP_LINE.match(text):
        text, skipped, delimiter = text[named.end() :], 1, delimiter or named[1]
    delimiter = delimiter or detect_delimiter(text)
    try:
        lines, rows = _parse(text, delimiter, file_name, csv.QUOTE_MINIMAL)
    except DataError:
        if delimiter != "\t":
            raise
        lines, rows = _parse(text, delimiter, file_name, csv.QUOTE_NONE)  # many tools write TSV without quoting
    header = _names(rows[0]) if rows else []
    check_header(header, file_name)
    body = _square(rows[1:], len(header), lines[1:], file_name)
    cells = zip(*body, strict=True) if body else ([] for _ in header)
    columns = {name: list(column) for name, column in zip(header, cells, strict=True)}
    return Table(columns, [line + skipped for line in lines[1:]], encoding, delimiter, "csv")


def _parse(text: str, delimiter: str, file_name: str, quoting: int) -> tuple[list[int], list[list[str]]]:
    csv.field_size_limit(MAX_CELL_CHARS)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        strict=True,
        quoting=quoting,  # type: ignore[arg-type]
    )
    lines, rows, begins = [], [], 1
    try:
        for row in reader:
            if row:
                lines.append(begins)
                rows.append(row)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _broken(error, begins, file_name) from None
    return lines, rows


def _broken(error: csv.Error, line: int, file_name: str) -> DataError:
    if "field limit" in str(error):
        return DataError(
            N_("{file}, line {line}: a cell has more than {limit} characters."),
            file=file_name,
            line=line,
            limit=f"{MAX_CELL_CHARS:,}",
        )
    return DataError(
        N_("{file}: the quotation marks of the row that begins on line {line} are not closed or not doubled."),
        file=file_name,
        line=line,
        remedy=N_("Put cells that contain quotation marks in quotation marks, and double those inside."),
    )


def _names(header: list[str]) -> list[str]:
    """Column names without surrounding space; a nameless column is called by its place."""
    return [name.strip() or f"column {place}" for place, name in enumerate(header, 1)]


def _square(rows: list[list[str]], width: int, lines: list[int], file_name: str) -> list[list[str]]:
    """Rows of equal width; empty cells beyond the header are cut, any other difference raises DataError."""
    ragged = [i for i, row in enumerate(rows) if len(row) < width or any(cell.strip() for cell in row[width:])]
    if ragged:
        raise DataError(
            N_("{file}: the header has {expected} cells. Rows that differ: {count}; the first, line {line}: {found}."),
            file=file_name,
            expected=width,
            count=len(ragged),
            line=lines[ragged[0]],
            found=len(rows[ragged[0]]),
            remedy=N_("Check the delimiter, and put cells that contain it in quotation marks."),
        )
    return [row[:width] for row in rows]
