"""Writes tables for people to open elsewhere."""

import csv
import io
from collections.abc import Iterable, Sequence

from engine.data.profile import is_formula


def escape_cell(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run as a formula, as OWASP advises."""
    return "'" + cell if is_formula(cell) else cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that Excel opens as UTF-8 (with byte order mark), every cell escaped."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([escape_cell(str(name)) for name in header])
    writer.writerows([escape_cell("" if cell is None else str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
