import csv
import dataclasses
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.data.prepare import prepare, preview
from engine.data.profile import Profile
from engine.data.stored import load_columns, load_profile, load_rows, load_unlabelled
from engine.errors import DataError, StoredFileError

Cells = tuple[str, str, str, str]


def table(count: int) -> list[Cells]:
    return [(f"review number {i}", ("good", "bad")[i % 2], ("web", "shop", "")[i % 3], f"id {i}") for i in range(count)]


def write(path: Path, rows: list[Cells]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label", "channel", "number"), *rows])
    return path


def test_columns_of_few_values_are_kept_by_default(tmp_path: Path) -> None:
    rows = table(40)
    path = write(tmp_path / "rows.csv", rows)
    assert preview(path).further == ("channel",)
    done = prepare(path, "text", "label", tmp_path, name="n")
    assert done.profile.columns == ("channel",)
    kept, columns = load_rows(done.folder), load_columns(done.folder)
    assert list(columns) == ["train", "validation", "test"]
    for split, part in kept.items():
        assert list(columns[split]) == ["channel"]
        assert columns[split]["channel"] == [rows[line - 2][2] for line in part.rows]


def test_a_person_chooses_the_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", table(40))
    chosen = prepare(path, "text", "label", tmp_path, name="n", columns=["number"])
    none = prepare(path, "text", "label", tmp_path, name="n", columns=[])
    assert sorted(cell for part in load_columns(chosen.folder).values() for cell in part["number"])[0] == "id 0"
    assert load_columns(none.folder) == {"train": {}, "validation": {}, "test": {}}
    assert len({chosen.fingerprint, none.fingerprint}) == 2
    assert prepare(path, "text", "label", tmp_path, name="n", columns=["number"]).already


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["nowhere"], "There is no column “nowhere”"),
        (["label"], "used already"),
        (["number", "number"], "used already"),
        (["number"] * 21, "At most 20 further columns can be kept, not 21"),
    ],
)
def test_unfit_columns_are_refused(tmp_path: Path, columns: list[str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        prepare(write(tmp_path / "rows.csv", table(40)), "text", "label", tmp_path, name="n", columns=columns)


def test_long_cells_are_no_further_column(tmp_path: Path) -> None:
    rows = [*table(40), ("a last one", "good", "x" * 201, "id")]
    path = write(tmp_path / "rows.csv", rows)
    assert preview(path).further == ()
    with pytest.raises(DataError, match="line 42 has 201 characters; at most 200"):
        prepare(path, "text", "label", tmp_path, name="n", columns=["channel"])


def test_rows_without_a_label_wait_apart(tmp_path: Path) -> None:
    more = [
        ("what shall this be", "", "web", "a"),
        ("Review number 0!", "", "web", "b"),  # its twin is labelled
        ("What shall this be?", "", "shop", "c"),  # a repeat
        ("and this one", " ", "shop", "d"),
    ]
    done = prepare(write(tmp_path / "rows.csv", table(40) + more), "text", "label", tmp_path, name="n")
    assert (done.profile.missing_label, done.profile.unlabelled, done.profile.used) == (4, 2, 40)
    waiting = load_unlabelled(done.folder)
    assert waiting.rows == [42, 45]
    assert waiting.inputs == ["what shall this be", "and this one"]
    assert waiting.columns == {"channel": ["web", "shop"]}
    fewer = prepare(write(tmp_path / "fewer.csv", table(40)), "text", "label", tmp_path, name="n")
    assert fewer.fingerprint != done.fingerprint
    assert load_unlabelled(fewer.folder) == ([], [], {"channel": []})


def test_folders_of_the_first_rules_still_load(tmp_path: Path) -> None:
    done = prepare(write(tmp_path / "rows.csv", table(40)), "text", "label", tmp_path, name="n")
    old = pq.read_table(done.folder / "rows.parquet").select(["row", "text", "label", "split"])
    pq.write_table(old, done.folder / "rows.parquet")
    profile = json.loads((done.folder / "profile.json").read_text()) | {"rules": "1"}
    since = {f.name for f in dataclasses.fields(Profile) if f.default is not dataclasses.MISSING}
    assert {"columns", "unlabelled", "personal"} <= since
    (done.folder / "profile.json").write_text(json.dumps({k: v for k, v in profile.items() if k not in since}))
    assert load_profile(done.folder).columns == ()
    assert load_columns(done.folder)["train"] == {}
    assert load_unlabelled(done.folder).rows == []
    assert len(load_rows(done.folder)["train"].rows) == 28


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    done = prepare(write(tmp_path / "rows.csv", [*table(40), ("?", "", "", "")]), "text", "label", tmp_path, name="n")
    (done.folder / "unlabelled.parquet").write_bytes(b"damaged")
    with pytest.raises(StoredFileError, match="unlabelled"):
        load_unlabelled(done.folder)
    (done.folder / "rows.parquet").unlink()
    with pytest.raises(StoredFileError, match="rows"):
        load_columns(done.folder)
