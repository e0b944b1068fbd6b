import csv
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

from engine.data.dataset_folder import pack_folder, split_of
from engine.data.prepare import prepare, preview
from engine.data.read import read_table
from engine.data.stored import load_rows
from engine.errors import DataError

CARD = """---
license: cc-by-4.0
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': bad
          '1': good
configs:
- config_name: small
  data_files:
  - split: train
    path: small/*.csv
- config_name: all
  default: true
  data_files:
  - split: train
    path: all/train-*
  - split: test
    path: all/test-*
  - split: unsupervised
    path: all/rest.csv
---
# Reviews
"""


def rows(start: int, count: int) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([("text", "label"), *((f"text {i}", i % 2) for i in range(start, start + count))])
    return out.getvalue()


def pack(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def parquet(start: int, count: int) -> bytes:
    sink = io.BytesIO()
    table = pa.table(
        {"text": [f"text {i}" for i in range(start, start + count)], "label": [i % 2 for i in range(count)]}
    )
    pq.write_table(table, sink)
    return sink.getvalue()


def test_the_readme_says_what_is_where(tmp_path: Path) -> None:
    files = {
        "reviews/README.md": CARD,
        "reviews/all/train-1.csv": rows(0, 30),
        "reviews/all/train-2.csv": rows(30, 10),
        "reviews/all/test-1.csv": rows(38, 12),  # two texts of it are in train too
        "reviews/all/rest.csv": rows(100, 5),
        "reviews/small/a.csv": rows(0, 8),
        "reviews/load.py": "raise SystemExit('a script was run')",
    }
    path = pack(tmp_path / "reviews.zip", files)
    seen = preview(path)
    assert (seen.rows, seen.part, seen.parts, seen.skipped) == (52, "all", ("all", "small"), ("unsupervised",))
    assert (seen.splits, seen.licence, seen.format) == ({"train": 40, "test": 12}, "cc-by-4.0", "folder")
    assert seen.head[1] == {"text": "text 1", "label": "good"}
    done = prepare(path, "text", "label", tmp_path, name="n")
    assert (done.profile.given_splits, done.profile.across_splits) == (("train", "test"), 2)
    assert (done.labels, done.profile.used, done.profile.exact_duplicates) == (("bad", "good"), 50, 2)
    found = load_rows(done.folder)
    assert sorted(found["test"].inputs) == sorted(f"text {i}" for i in range(38, 50))
    assert done.rows_per_split == {"train": 32, "validation": 6, "test": 12}  # validation was drawn from train
    anew = prepare(path, "text", "label", tmp_path, name="n", own_splits=False)
    assert anew.profile.given_splits == ()
    assert anew.rows_per_split == {"train": 34, "validation": 8, "test": 8}
    assert read_table(path, part="small").rows == 8
    with pytest.raises(DataError, match=r"no part “large”\. It has: all, small"):
        read_table(path, part="large")


def test_file_names_say_the_split(tmp_path: Path) -> None:
    infos = {"default": {"features": {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}}}}
    files: dict[str, str | bytes] = {
        "data/train-00000-of-00001.parquet": parquet(0, 20),
        "data/validation-00000-of-00001.parquet": parquet(20, 6),
        "data/test-00000-of-00001.parquet": parquet(26, 6),
        "dataset_infos.json": json.dumps(infos),
    }
    done = prepare(pack(tmp_path / "d.zip", files), "text", "label", tmp_path, name="n")
    assert done.rows_per_split == {"train": 20, "validation": 6, "test": 6}
    assert done.labels == ("bad", "good")


def test_what_datasets_saved_to_disk(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    for split, start in (("train", 0), ("test", 30)):
        table = pa.table({"text": [f"t {i}" for i in range(start, start + 10)], "label": ["a", "b"] * 5})
        (folder / split).mkdir(parents=True)
        with ipc.new_stream(folder / split / "data-00000-of-00001.arrow", table.schema) as writer:
            writer.write_table(table)
        (folder / split / "state.json").write_text("{}")
    (folder / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    (folder / "elsewhere.csv").symlink_to("/etc/passwd")
    for target in ("one.zip", "two.zip"):
        pack_folder(folder, tmp_path / target)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    table = read_table(tmp_path / "one.zip")
    assert (table.rows, table.splits) == (20, ("test",) * 10 + ("train",) * 10)


def test_files_without_a_split_are_one_table(tmp_path: Path) -> None:
    table = read_table(pack(tmp_path / "d.zip", {"a.csv": rows(0, 4), "b/train.csv": rows(4, 4)}))
    assert (table.rows, table.splits, table.parts) == (8, None, ())


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("data/train-00000-of-00002.parquet", "train"),
        ("dev.jsonl", "validation"),
        ("VAL_1.csv", "validation"),
        ("eval/part.csv", "test"),
        ("latest.csv", None),
        ("contest/constraint.csv", None),
    ],
)
def test_words_that_name_a_split(name: str, split: str | None) -> None:
    assert split_of(name) == split


def test_own_splits_without_a_class_are_refused(tmp_path: Path) -> None:
    test = "text,label\nx 1,1\nx 2,1\n"
    path = pack(tmp_path / "d.zip", {"train.csv": rows(0, 20), "test.csv": test})
    with pytest.raises(DataError, match=r"have no row of “0” \(test\)") as caught:
        prepare(path, "text", "label", tmp_path, name="n")
    assert "split anew" in caught.value.remedy


@pytest.mark.parametrize(
    ("files", "said", "remedy"),
    [
        ({"set/set.py": "print('run')", "README.md": "---\nlicense: mit\n---"}, "holds no Parquet", "never runs one"),
        ({"a/1.png": "x"}, "holds no Parquet", "pictures in one folder"),
        ({"a.csv": b"PK\x03\x04"}, "archive inside an archive", ""),
        ({"train.csv": "text,label\n"}, "has a header and no rows", ""),
        ({"README.md": "---\n&a [*a, *a]\n---", "x.txt": "text"}, "holds no Parquet", ""),
    ],
)
def test_archives_without_data(tmp_path: Path, files: dict[str, str | bytes], said: str, remedy: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read_table(pack(tmp_path / "d.zip", files))
    assert remedy in caught.value.remedy


def test_names_in_an_archive_are_no_paths(tmp_path: Path) -> None:
    table = read_table(pack(tmp_path / "d.zip", {"../../../evil.csv": rows(0, 4), "/abs/other.csv": rows(4, 4)}))
    assert table.columns["text"] == [f"text {i}" for i in range(4, 8)]  # a name that climbs is passed over
    assert [path.name for path in tmp_path.iterdir()] == ["d.zip"]


def test_a_million_names_are_refused_unread(tmp_path: Path) -> None:
    path = pack(tmp_path / "d.zip", {"a.csv": rows(0, 4)})
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    data[end + 8 : end + 12] = (65_000).to_bytes(2, "little") * 2
    path.write_bytes(data)
    with pytest.raises(DataError, match="holds 65,000 files; at most 10,000"):
        read_table(path)


def test_a_password_is_told(tmp_path: Path) -> None:
    path = pack(tmp_path / "d.zip", {"a.csv": rows(0, 4)})
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match="protected by a password"):
        read_table(path)
