import zipfile
from datetime import date
from pathlib import Path

import pytest

from engine.data import workbook
from engine.data.prepare import prepare, preview
from engine.data.read import read_table
from engine.errors import DataError
from tests.unit.engine.data.workbooks import Cell, write_workbook

HEAD: list[Cell] = ["text", "label"]
ROWS: list[list[Cell]] = [HEAD, *([f"review {i}", ("good", "bad")[i % 2]] for i in range(20))]


def test_cells_become_text(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["text", "stars", "seen", "told", "sum", None],
        ["ünïcode 好", 5, date(2026, 3, 1), True, "=1+1", None],
        [None, None, None, None, None, None],
        ["x", 2.5, None, False, 12345678901, "no name above"],
    ]
    table = read_table(write_workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert (table.format, table.encoding, table.part, table.parts) == ("xlsx", "", "S", ("S",))
    assert table.lines == [2, 4]
    assert table.columns == {
        "text": ["ünïcode 好", "x"],
        "stars": ["5", "2.5"],
        "seen": ["2026-03-01", ""],
        "told": ["true", "false"],
        "sum": ["what it was", "12345678901"],  # a formula's stored value; nothing is computed
        "column 6": ["", "no name above"],
    }


def test_the_first_visible_sheet_with_a_table_is_read(tmp_path: Path) -> None:
    sheets = {"secret": ROWS, "notes": [["only this"]], "data": ROWS, "more": [HEAD, ["a", "b"]]}
    path = write_workbook(tmp_path / "t.xlsx", sheets, hidden=["secret"])
    assert read_table(path).part == "data"
    assert read_table(path).parts == ("notes", "data", "more")
    assert read_table(path, part="more").columns == {"text": ["a"], "label": ["b"]}
    for wrong in ("secret", "none"):
        with pytest.raises(DataError, match=rf"no visible sheet “{wrong}”\. It has: notes, data, more"):
            read_table(path, part=wrong)
    with pytest.raises(DataError, match="row of names"):
        read_table(path, part="notes")


def test_a_workbook_is_prepared_whatever_its_name_says(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "rows.csv", {"S": ROWS})
    assert preview(path).part == "S"
    done = prepare(path, "text", "label", tmp_path, name="n")
    assert (done.profile.used, done.profile.format, done.profile.part) == (20, "xlsx", "S")
    assert prepare(path, "text", "label", tmp_path, name="n", part="S").already


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"S": []}, "row of names"),
        ({"S": [["text", "label"]]}, "row of names"),
        ({"S": [["text", "text"], ["a", "b"]]}, "more than one column called “text”"),
    ],
)
def test_sheets_without_a_table(tmp_path: Path, sheets: dict[str, list[list[Cell]]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_table(write_workbook(tmp_path / "t.xlsx", sheets))


def test_a_password_and_old_office_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(workbook.OLE_MAGIC + bytes(1000) + workbook.ENCRYPTED + bytes(100))
    with pytest.raises(DataError, match=r"t.xlsx is protected by a password"):
        read_table(path)
    path.write_bytes(workbook.OLE_MAGIC + bytes(1000))
    with pytest.raises(DataError, match="before 2007"):
        read_table(path)


def test_a_sheet_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(40):
                sheet.write(bytes(1_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match=r"would unpack from 0\.0 MB to 40 MB"):
        read_table(path)


def test_a_sheet_may_not_lie_about_its_size(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "t.xlsx", {"S": ROWS})
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    data[place + 24 : place + 28] = (info.file_size - 100).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(DataError, match="damaged archive"):
        read_table(path)


def test_a_cell_far_away_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    far = (
        '<row r="1"><c r="A1" t="str"><v>text</v></c></row><row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>'
    )
    path = write_workbook(tmp_path / "t.xlsx", {"S": []}, raw={"S": far})
    with pytest.raises(DataError, match="row 1,048,576, column 16,384: more than 20 million cells"):
        read_table(path)


def test_a_damaged_workbook_is_told(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "t.xlsx", {"S": ROWS})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"t.xlsx is a damaged archive: it has no end record"):
        read_table(path)
    path = write_workbook(tmp_path / "t.xlsx", {"S": []}, raw={"S": "<row><c></row>"})
    with pytest.raises(DataError, match="no Excel workbook"):
        read_table(path)
