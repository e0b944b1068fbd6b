"""Every file that cannot be used says what is wrong with it."""

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from engine.data.prepare import prepare, preview
from engine.data.read import read_table
from engine.errors import DataError

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.csv", b"", "rows.csv is empty"),
        ("rows.csv", b" \n\n ", "rows.csv is empty"),
        ("rows.csv", b"\xef\xbb\xbf", "rows.csv is empty"),
        ("rows.csv", PNG, "is a PNG file, not a table"),
        ("rows.csv", zipped(), "is no Excel workbook that can be read"),
        ("rows.csv", b"%PDF-1.7 text", "is a PDF file"),
        ("rows.csv", b"text,label\x00\x01\x02\xff,\n", "is a binary file"),
        ("rows.csv", b"\x00" * 100, "is a binary file"),
        ("rows.csv", b"text,label\n", "has a header and no rows"),
        ("rows.xlsx", b"no workbook\n", "is called a .xlsx file and holds none: it begins with “no workbook”"),
        ("rows.csv", b"text,text,label\na,b,c\n", "more than one column called “text”"),
        (
            "rows.csv",
            b"text,label\na,x\nb\nc,y,z\n",
            "has 2 cells. Rows that differ: 2; the first, line 3: 1",
        ),
        ("rows.csv", b'text,label\na,x\n"b,y\nc,z\n', "begins on line 3 are not closed"),
        ("rows.csv", b"text,label\n" + b"x" * 10_000_001 + b",a\n", "line 2: a cell has more than 10,000,000"),
        ("rows.jsonl", b'{"text": "a"}\n{"text": \n', "line 2 is not valid JSON"),
        ("rows.jsonl", b'{"text": "a"}\n17\n', "line 2 is no JSON object but 17"),
        ("rows.jsonl", b'{"text": "a", "text": "b"}\n', "line 1 is not valid JSON: a name appears twice"),
        ("rows.json", b'[\n {"text": "a"}\n]\n', "is one JSON array"),
        ("rows.json", b'[{"text": "a"}]', "is one JSON array"),
        ("rows.jsonl", b"[" * 100_000, "is one JSON array"),
    ],
)
def test_it_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert message in str(caught.value)
    assert name in str(caught.value)


def test_a_database_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (a)")
    connection.close()
    with pytest.raises(DataError, match="is a SQLite file"):
        read_table(path)


def test_a_missing_file_and_a_large_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        read_table(tmp_path / "rows.csv")
    (tmp_path / "rows.csv").write_bytes(b"text,label\n" + b"a,x\n" * 500_000)
    with pytest.raises(DataError, match=r"rows.csv has 2\.0 MB; at most 1 MB"):
        read_table(tmp_path / "rows.csv", max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["a,x", "b,x", "c,x"], "“label” has one class only, “x”"),
        ([f"text {i},{i}" for i in range(3_003)], "3003 different values; at most 1000 classes"),
        (["a,x", "b,x", "c,x", "d,y", "e,z", "f,z"], "Classes with fewer (2): “y” (1), “z” (2)"),
        (["a,x", "A,x", "a!,x", "b,y", "c,y", "d,y"], "Classes with fewer (1): “x” (1)"),
        ([f"{i},rare {i:02}" for i in range(12)], "Classes with fewer (12): “rare 00” (1)"),
        (["a,", ",x", " , "], "None of the 3 rows can be used: 3 lack text or label"),
        (["a,x", "A!,y"], "None of the 2 rows can be used: 0 lack text or label, 2 contradict others"),
    ],
)
def test_rows_that_cannot_be_split_are_explained(tmp_path: Path, rows: list[str], message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    with pytest.raises(DataError) as caught:
        prepare(path, "text", "label", tmp_path / "home", name="bad")
    assert message in str(caught.value)
    assert not list((tmp_path / "home").glob("datasets/*"))


def test_columns_must_be_there_and_differ(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\na,x\n")
    with pytest.raises(DataError, match="no column “class”"):
        prepare(path, "text", "class", tmp_path, name="bad")
    with pytest.raises(DataError, match="must be different columns, not both “text”"):
        prepare(path, "text", "text", tmp_path, name="bad")


def test_one_column_is_not_enough(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("text\nonly this\n")
    with pytest.raises(DataError, match="the file has one column: text"):
        preview(tmp_path / "rows.csv")
