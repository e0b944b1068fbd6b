"""Excel workbooks (.xlsx, .xlsm) as tables of text.

Formulas are never evaluated: their last stored value counts. Macros are never run. Hidden sheets are passed over.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.archive import opened
from engine.data.columnar import plain_cell
from engine.data.table import MAX_ROWS, Table, check_header, refuse_rows
from engine.errors import N_, DataError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

WORKBOOK = "xl/workbook.xml"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAX_UNPACKED = 600_000_000
MAX_CELLS = 20_000_000
"""Rows times columns up to the last used cell: a sheet is held whole while it is read."""
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
CHUNK = 1 << 20


def refuse_old_office(data: bytes, file_name: str) -> None:
    """Raise DataError for a workbook with a password, or from before 2007; both begin like an old Word file."""
    if not data.startswith(OLE_MAGIC):
        return
    if ENCRYPTED in data:
        raise DataError(
            N_("{file} is protected by a password."),
            file=file_name,
            remedy=N_("Save it without a password and bring it again."),
        )
    raise DataError(
        N_("{file} is an Office file from before 2007."),
        file=file_name,
        remedy=N_("Save it as an Excel workbook (.xlsx) or as CSV (UTF-8) and bring that file."),
    )


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an Excel workbook."""
    return WORKBOOK in archive.namelist()


def read_workbook(path: Path, sheet: str | None = None) -> Table:
    """Read one visible sheet, the first that has a table when none is named; its first row names the columns.

    Raises DataError for unknown and empty sheets, and for what is too large or damaged.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with opened(path, max_unpacked=MAX_UNPACKED) as archive:
        _refuse_vast(path, archive)
    try:
        with CalamineWorkbook.from_path(path) as book:
            names = _visible(book)
            return _read(path.name, book, names, _chosen(path.name, names, sheet) or names)
    except CalamineError as error:
        raise DataError(
            N_("{file} is no Excel workbook that can be read: {reason}."),
            file=path.name,
            reason=str(error).rstrip("."),
            remedy=N_("Open and save it anew, or export the sheet as CSV (UTF-8)."),
        ) from error


def _refuse_vast(path: Path, archive: zipfile.ZipFile) -> None:
    """Read every member once as a stream: it must unpack to what it declares, and name no cell far away."""
    for info in archive.infolist():
        if info.is_dir():
            continue
        width, height = _extent(archive, info)
        if width * height > MAX_CELLS:
            raise DataError(
                N_("A sheet of {file} reaches to row {row}, column {column}: more than {limit} million cells."),
                file=path.name,
                row=f"{height:,}",
                column=f"{width:,}",
                limit=MAX_CELLS // 1_000_000,
                remedy=N_("Delete what stands far away from the table, or export the sheet as CSV."),
            )


def _extent(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Largest column and row of any cell that the sheet names."""
    width, height, rest = 1, 1, b""
    with archive.open(info) as sheet:
        while chunk := sheet.read(CHUNK):
            rest += chunk
            for column, row in REFERENCE.findall(rest):
                width, height = max(width, _number(column)), max(height, int(row))
            rest = rest[-40:]
    return width, height


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _visible(book: "CalamineWorkbook") -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        found.name
        for found in book.sheets_metadata
        if found.visible == SheetVisibleEnum.Visible and found.typ == SheetTypeEnum.WorkSheet
    ]


def _chosen(file_name: str, names: list[str], sheet: str | None) -> list[str]:
    if sheet is not None and sheet not in names:
        raise DataError(
            N_("{file} has no visible sheet “{sheet}”. It has: {known}."),
            file=file_name,
            sheet=sheet,
            known=", ".join(names),
        )
    return [sheet] if sheet is not None else []


def _read(file_name: str, book: "CalamineWorkbook", names: list[str], wanted: list[str]) -> Table:
    for name in wanted:
        sheet = book.get_sheet_by_name(name)
        start = sheet.start or (0, 0)
        rows = list(_rows(file_name, sheet.to_python(skip_empty_area=True), start[0] + 1))
        if len(rows) > 1:
            return _table(file_name, rows, name, tuple(names))
    raise DataError(
        N_("{file} has no visible sheet with a row of names and rows below it."),
        file=file_name,
        remedy=N_("Put the names of the columns into the first row, and unhide the sheet."),
    )


def _rows(file_name: str, cells: list[list[Any]], first: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their number in the sheet."""
    if len(cells) > MAX_ROWS + 1:
        raise refuse_rows(file_name, len(cells) - 1)
    for number, row in enumerate(cells, first):
        texts = [plain_cell(value) for value in row]
        if any(text.strip() for text in texts):
            yield number, texts


def _table(file_name: str, rows: list[tuple[int, list[str]]], sheet: str, sheets: tuple[str, ...]) -> Table:
    (_, header), body = rows[0], rows[1:]
    used = [place for place, name in enumerate(header) if name.strip() or any(row[place].strip() for _, row in body)]
    names = [header[place].strip() or f"column {place + 1}" for place in used]
    check_header(names, file_name)
    columns = {name: [row[place] for _, row in body] for name, place in zip(names, used, strict=True)}
    return Table(columns, [number for number, _ in body], "", "", "xlsx", sheet, sheets)
