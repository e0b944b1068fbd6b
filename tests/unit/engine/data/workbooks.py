"""Writes small Excel workbooks, part by part, to read back."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | int | float | bool | date | None
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>"
)


def write_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = (), raw: Mapping[str, str] = {}
) -> Path:
    """`raw` puts this XML in place of a sheet's rows."""
    state = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="r{i}"{state.get(name, "")}/>'
        for i, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{related}'
            f'<Relationship Id="rs" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", STYLES)
        for i, (name, rows) in enumerate(sheets.items(), 1):
            body = raw.get(name) or "".join(_row(number, row) for number, row in enumerate(rows, 1))
            archive.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            )
    return path


def _row(number: int, cells: Sequence[Cell]) -> str:
    inner = "".join(_cell(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(cells))
    return f'<row r="{number}">{inner}</row>'


def _cell(reference: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{reference}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{reference}"><v>{cell}</v></c>'
    if isinstance(cell, date):
        days = (datetime(cell.year, cell.month, cell.day) - datetime(1899, 12, 30)).days
        return f'<c r="{reference}" s="1"><v>{days}</v></c>'
    if cell.startswith("="):
        return f'<c r="{reference}" t="str"><f>{escape(cell[1:])}</f><v>what it was</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
