import decimal
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

from engine.data import columnar
from engine.data.prepare import prepare, preview
from engine.data.read import read_table
from engine.errors import DataError

LABELS = json.dumps({"info": {"features": {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}}}})


def write(path: Path, columns: dict[str, Any], **wishes: Any) -> Path:
    pq.write_table(pa.table(columns), path, **wishes)
    return path


def test_values_become_text(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.parquet",
        {
            "text": ["a", None],
            "dictionary": pa.array(["x", "y"]).dictionary_encode(),
            "whole": pa.array([1.0, 2.5]),
            "int": [3, None],
            "flag": [True, False],
            "day": [date(2026, 1, 2), None],
            "time": [datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 1, 2)],
            "money": [decimal.Decimal("1.50"), None],
            "nan": [float("nan"), float("inf")],
        },
    )
    table = read_table(path)
    assert (table.format, table.encoding, table.lines, table.left_out) == ("parquet", "", [1, 2], ())
    assert table.columns == {
        "text": ["a", ""],
        "dictionary": ["x", "y"],
        "whole": ["1", "2.5"],
        "int": ["3", ""],
        "flag": ["true", "false"],
        "day": ["2026-01-02", ""],
        "time": ["2026-01-02T03:04:05", "2026-01-02"],
        "money": ["1.50", ""],
        "nan": ["", "inf"],
    }


def test_nested_columns_are_left_out_and_named(tmp_path: Path) -> None:
    nested = {"tokens": [["a"], ["b"]], "image": [{"bytes": b"x", "path": "p"}] * 2, "raw": [b"1", b"2"]}
    seen = preview(write(tmp_path / "t.parquet", {"text": ["long text", "other text"], "label": ["a", "b"]} | nested))
    assert (seen.columns, seen.left_out) == (("text", "label"), ("tokens", "image", "raw"))
    with pytest.raises(DataError, match=r"nested columns only \(tokens, image, raw\)"):
        read_table(write(tmp_path / "n.parquet", nested))


def test_class_names_come_from_the_features(tmp_path: Path) -> None:
    rows = pa.table({"text": [f"t {i}" for i in range(9)], "label": [i % 2 for i in range(8)] + [-1]})
    path = tmp_path / "wrong_name.csv"
    pq.write_table(rows.replace_schema_metadata({b"huggingface": LABELS.encode()}), path)
    done = prepare(path, "text", "label", tmp_path, name="n")
    assert (done.labels, done.profile.used, done.profile.unlabelled) == (("bad", "good"), 8, 1)


def test_a_small_file_that_declares_a_lot_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 500_000, pa.int32()), pa.array(["x" * 10_000]))
    path = write(tmp_path / "t.parquet", {"text": text, "label": text})
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="more than 400 million characters"):
        read_table(path)
    monkeypatch.setattr(columnar, "MAX_ROWS", 100)
    with pytest.raises(DataError, match="500,000 rows; at most 1,000,000"):
        read_table(path)


def test_too_many_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="1001 columns; at most 1000"):
        read_table(write(tmp_path / "t.parquet", {f"c{i}": ["a"] for i in range(1001)}))


def test_damaged_and_encrypted_files(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", {"text": ["a"] * 100, "label": ["b"] * 100})
    whole = path.read_bytes()
    for content in (whole[:200], b"PAR1" + bytes(100), whole[:30] + bytes(60) + whole[90:], b"PAR1"):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"t.parquet is no Parquet file that can be read"):
            read_table(path)
    path = write(tmp_path / "e.parquet", {"text": pa.array([], pa.string())})
    with pytest.raises(DataError, match="no rows"):
        read_table(path)


@pytest.mark.parametrize("kind", ["stream", "file"])
def test_arrow_files(tmp_path: Path, kind: str) -> None:
    rows = pa.table({"text": [f"t {i}" for i in range(3_000)], "n": list(range(3_000)), "deep": [[1]] * 3_000})
    path = tmp_path / "data.arrow"
    with (ipc.new_stream if kind == "stream" else ipc.new_file)(path, rows.schema) as writer:
        writer.write_table(rows)
    table = read_table(path)
    assert table.rows == 3_000
    assert table.columns["n"][-1] == "2999"
    assert table.left_out == ("deep",)
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(DataError, match=r"data.arrow is no Arrow file"):
        read_table(path)
