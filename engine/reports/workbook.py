"""A report as an Excel workbook: one sheet for what is said, one for each table, one for the evidence.

Figures are numbers as stored, with their bounds, unit, grade and entry beside them. Texts are strings and nothing else:
a cell that begins with = + - or @ is never a formula.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from engine.reports.document import Amount, Entry, Part, Report, Table
from engine.reports.writing import say
from engine.wording import _, formats, speaking
from engine.wording.names import grade_name
from engine.wording.notes import note_words

NUMBER_FORMATS = {"share": "0.0%", "count": "#,##0", "count_per_month": "#,##0"}
MONEY, PLAIN = "#,##0.00####", "General"
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
"""Of a sheet's name and of a cell, as Excel has them."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
WIDEST = 60


def report_workbook(report: Report, name: str) -> bytes:
    """The workbook in a language, a key of `engine.wording.LANGUAGES`."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with speaking(name), xlsxwriter.Workbook(target, options) as book:
        # A fixed day, so that the same report makes the same file.
        book.set_properties({"title": say(report.title), "created": report.at.replace(tzinfo=None)})
        writer = _Writer(book)
        writer.sheet(_("Report"), list(_said(report)), head=False)
        for section in report.sections:
            if section.table is not None and section.table.rows:
                writer.sheet(say(section.title), _rows(section.table))
        writer.sheet(_("Evidence"), _entries(report.entries))
    return target.getvalue()


def _said(report: Report) -> Iterator[Sequence[Part]]:
    yield [say(report.heading), report.at]
    yield [say(report.title)]
    yield from ([say(line)] for line in (*report.about, *report.lead))
    yield []
    for tile in report.tiles:
        yield [say(tile.label), *_spread(tile.amount), say(tile.note)]
    for section in report.sections:
        if section.lines or section.checks:
            yield []
            yield [say(section.title)]
            yield from ([say(line)] for line in section.lines)
            yield from ([say(check.text), _("met") if check.met else _("open")] for check in section.checks)


SPREAD = 6


def _spread(part: Part) -> list[Part]:
    """value, low, high, unit, grade, entry."""
    if not isinstance(part, Amount):
        return [say(part), *[""] * (SPREAD - 1)]
    bounds: list[Part] = [_bare(part, part.low), _bare(part, part.high)]
    return [_bare(part, part.value), *bounds, part.unit, grade_name(part.grade) if part.grade else "", part.ref]


def _bare(part: Amount, value: float | None) -> Part:
    return "" if value is None else Amount(part.unit, value)


def _rows(table: Table) -> list[list[Part]]:
    head: list[Part] = []
    for column in table.columns:
        title = _(column.title)
        bounds = [_("low"), _("high"), _("unit"), _("grade"), _("No.")]
        head += [title, *(f"{title}, {name}" for name in bounds)] if column.spread else [title]
    rows = [head]
    for row in table.rows:
        cells: list[Part] = []
        for cell, column in zip(row, table.columns, strict=True):
            cells += _spread(cell) if column.spread else [cell if isinstance(cell, Amount | date) else say(cell)]
        rows.append(cells)
    return rows


def _entries(entries: Sequence[Entry]) -> list[list[Part]]:
    head: list[Part] = [_("No."), _("Idea"), _("Measure"), _("key"), _("value"), _("low"), _("high"), _("unit")]
    head += [_("grade"), _("source"), _("date"), _("method"), _("note"), _("stale")]
    rows = [head]
    for entry in entries:
        value, low, high, unit, grade, ref = _spread(entry.amount)
        origin: list[Part] = [
            say(entry.source),
            entry.at,
            say(entry.method),
            note_words(entry.note),
            _("stale") if entry.stale else "",
        ]
        rows.append(
            [ref or entry.ref, entry.about, say(entry.title), entry.key, value, low, high, unit, grade, *origin]
        )
    return rows


class _Writer:
    """Writes sheets with names that Excel allows and columns as wide as what they hold."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.names: set[str] = set()
        self.bold = book.add_format({"bold": True, "text_wrap": False})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.formats: dict[str, Any] = {}

    def sheet(self, title: str, rows: Sequence[Sequence[Part]], *, head: bool = True) -> None:
        """Add a sheet; the first row of one with a head is bold and stays in sight."""
        sheet = self.book.add_worksheet(self._free(title))
        widths: dict[int, int] = {}
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                written = self._write(sheet, y, x, cell, bold=head and y == 0)
                widths[x] = max(widths.get(x, 8), min(WIDEST, written))
        for x, width in widths.items():
            sheet.set_column(x, x, width + 2)
        if head:
            sheet.freeze_panes(1, 0)

    def _free(self, title: str) -> str:
        wanted = " ".join(title.translate(FORBIDDEN).split())[:LONGEST_NAME] or "Sheet"
        name, count = wanted, 1
        while name.lower() in self.names:
            count += 1
            name = f"{wanted[: LONGEST_NAME - 3]} {count}"
        self.names.add(name.lower())
        return name

    def _write(self, sheet: Any, y: int, x: int, cell: Part, *, bold: bool) -> int:
        """Write one cell; about how wide it is."""
        if isinstance(cell, Amount):
            sheet.write_number(y, x, cell.value, self._number(cell.unit))
            return 10
        if isinstance(cell, datetime | date):
            day = cell.astimezone().date() if isinstance(cell, datetime) and cell.tzinfo else cell
            sheet.write_datetime(y, x, day, self.day)
            return 10
        text = say(cell)[:LONGEST_TEXT]
        if text:
            sheet.write_string(y, x, text, self.bold if bold else None)
        return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)

    def _number(self, unit: str) -> Any:
        wanted = NUMBER_FORMATS.get(unit, MONEY if unit in formats.MONEY_UNITS else PLAIN)
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format({"num_format": wanted})
        return self.formats[wanted]
