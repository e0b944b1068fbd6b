import csv
import errno
import json
import os
from pathlib import Path

import pytest

from engine.data import write as writing
from engine.data.content import Content
from engine.data.prepare import load_profile, load_rows, prepare, preview
from engine.data.profile import Profile
from engine.errors import StoredFileError


def write_csv(path: Path, rows: list[tuple[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def reviews(count: int) -> list[tuple[str, str]]:
    return [(f"review number {i}", ("good", "bad")[i % 2]) for i in range(count)]


def test_end_to_end(tmp_path: Path) -> None:
    rows = [*reviews(40), ("Review number 0!", "good"), ("review number 1", "bad"), ("", "good")]
    rows.append(("=cmd|' /C calc'!A0", "bad"))
    path = write_csv(tmp_path / "rows.csv", rows)
    done = prepare(path, "text", "label", tmp_path, name="Reviews", licence="CC0", source="a test")
    assert not done.already
    assert done.folder == tmp_path / "datasets" / done.fingerprint[:16]
    assert done.labels == ("bad", "good")
    assert done.language == "en"
    profile = done.profile
    assert (profile.rows, profile.used, profile.missing_text) == (44, 41, 1)
    assert (profile.exact_duplicates, profile.normalised_duplicates) == (1, 1)
    assert profile.suspicious == {"formula": 1, "replacement": 0, "control": 0}
    assert profile.lengths["min"] == len("review number 0")
    assert done.rows_per_split == {"train": 29, "validation": 6, "test": 6}
    assert load_profile(done.folder) == profile
    assert Profile.from_dict(json.loads(json.dumps(profile.as_dict()))) == profile
    assert profile.examples[0]["line"] >= 2


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [*reviews(12), ("=1+1", "good"), ("x" * 50_000, "bad"), ("👍🏽 \x07", "good"), ("@SUM(A1)", "bad")]
    done = prepare(write_csv(tmp_path / "rows.csv", rows), "text", "label", tmp_path, name="n")
    splits = load_rows(done.folder)
    assert list(splits) == ["train", "validation", "test"]
    back = {row: (text, label) for part in splits.values() for row, text, label in zip(*part, strict=True)}
    assert back == dict(enumerate(rows, 2))
    assert {split: len(part.rows) for split, part in splits.items()} == done.rows_per_split
    assert done.profile.suspicious == {"formula": 2, "replacement": 0, "control": 1}


def test_no_text_is_in_two_splits(tmp_path: Path) -> None:
    rows = reviews(60) + [(f"REVIEW number {i}.", ("good", "bad")[i % 2]) for i in range(60)]
    splits = load_rows(prepare(write_csv(tmp_path / "r.csv", rows), "text", "label", tmp_path, name="n").folder)
    texts = [text for part in splits.values() for text in part.inputs]
    assert len(texts) == len(set(texts)) == 60


def test_the_same_file_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "rows.csv", reviews(20))
    first = prepare(path, "text", "label", tmp_path, name="one")
    stamp = (first.folder / "rows.parquet").stat().st_mtime_ns
    with monkeypatch.context() as patch:
        patch.setattr("engine.data.prepare.read_table", None)  # it is not even read again
        again = prepare(path, "text", "label", tmp_path, name="two")
    assert again.already
    assert (again.fingerprint, again.profile, again.folder) == (first.fingerprint, first.profile, first.folder)
    assert (first.folder / "rows.parquet").stat().st_mtime_ns == stamp
    other_seed = prepare(path, "text", "label", tmp_path, name="one", seed=1)
    assert not other_seed.already
    assert other_seed.fingerprint != first.fingerprint


def test_another_file_with_the_same_rows_is_the_same_data_set(tmp_path: Path) -> None:
    first = prepare(write_csv(tmp_path / "a.csv", reviews(20)), "text", "label", tmp_path, name="a")
    lines = "\n".join(json.dumps({"text": text, "label": label}) for text, label in reviews(20))
    (tmp_path / "b.jsonl").write_text(lines)
    second = prepare(tmp_path / "b.jsonl", "text", "label", tmp_path, name="b")
    third = prepare(write_csv(tmp_path / "c.csv", reviews(20), "utf-16"), "text", "label", tmp_path, name="c")
    assert second.already
    assert third.already
    assert second.fingerprint == third.fingerprint == first.fingerprint


def test_the_fingerprint_depends_on_texts_and_labels(tmp_path: Path) -> None:
    swapped = [(text, {"good": "bad", "bad": "good"}[label]) for text, label in reviews(20)]
    found = {
        prepare(write_csv(tmp_path / f"{i}.csv", rows), "text", "label", tmp_path, name="n").fingerprint
        for i, rows in enumerate([reviews(20), swapped, reviews(21), reviews(20)[::-1]])
    }
    assert len(found) == 4


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "_write_rows", full)
    with pytest.raises(StoredFileError, match=r"could not be written.*No space left") as caught:
        prepare(write_csv(tmp_path / "rows.csv", reviews(20)), "text", "label", tmp_path, name="n")
    assert "unchanged" in caught.value.kept
    assert list((tmp_path / "datasets").iterdir()) == []


def test_what_a_killed_process_left_is_swept_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / "datasets" / ".partial-old", tmp_path / "datasets" / ".partial-new"
    old.mkdir(parents=True)
    new.mkdir()
    os.utime(old, (0, 0))
    prepare(write_csv(tmp_path / "rows.csv", reviews(20)), "text", "label", tmp_path, name="n")
    assert (old.exists(), new.exists()) == (False, True)


def test_two_at_once_end_with_one_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "rows.csv", reviews(20))
    write = writing._write_rows

    def slower(target: Path, content: Content) -> None:
        monkeypatch.setattr(writing, "_write_rows", write)
        prepare(path, "text", "label", tmp_path, name="the faster one")
        write(target, content)

    monkeypatch.setattr(writing, "_write_rows", slower)
    done = prepare(path, "text", "label", tmp_path, name="the slower one")
    assert done.already
    assert done.profile.name == "the faster one"
    assert len(list((tmp_path / "datasets").iterdir())) == 1


@pytest.mark.parametrize("name", ["rows.parquet", "profile.json"])
def test_damaged_files_are_named(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / "rows.csv", reviews(20))
    done = prepare(path, "text", "label", tmp_path, name="n")
    (done.folder / name).write_bytes(b"{} damaged")
    with pytest.raises(StoredFileError, match=name):
        load_rows(done.folder) if name == "rows.parquet" else load_profile(done.folder)
    with pytest.raises(StoredFileError, match="other fields than expected"):
        Profile.from_dict({"name": "n"})


def test_a_damaged_data_set_does_not_stop_another(tmp_path: Path) -> None:
    first = prepare(write_csv(tmp_path / "a.csv", reviews(20)), "text", "label", tmp_path, name="a")
    (first.folder / "profile.json").write_text("damaged")
    assert not prepare(write_csv(tmp_path / "b.csv", reviews(30)), "text", "label", tmp_path, name="b").already


def test_a_thousand_classes_work(tmp_path: Path) -> None:
    rows = [(f"text {i} of {i % 1000}", str(i % 1000)) for i in range(3_000)]
    done = prepare(write_csv(tmp_path / "rows.csv", rows), "text", "label", tmp_path, name="n")
    assert done.labels == tuple(map(str, range(1000)))
    assert done.rows_per_split == {"train": 1000, "validation": 1000, "test": 1000}


def test_two_hundred_thousand_rows_work(tmp_path: Path) -> None:
    rows = [(f'row {i}, "quoted" and some more words', f"class {i % 3}") for i in range(200_000)]
    done = prepare(write_csv(tmp_path / "rows.csv", rows), "text", "label", tmp_path, name="n")
    assert done.profile.used == 200_000
    assert sum(len(part.inputs) for part in load_rows(done.folder).values()) == 200_000


def test_preview_shows_without_preparing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "rows.csv", [*reviews(30), ("long " * 100, "good")], "gbk")
    shown = preview(path)
    assert (shown.rows, len(shown.head), shown.columns) == (31, 20, ("text", "label"))
    assert shown.head[0] == {"text": "review number 0", "label": "good"}
    assert (shown.proposal.text, shown.proposal.label) == ("text", "label")
    assert (shown.encoding, shown.delimiter, shown.format) == ("utf-8", ",", "csv")
    assert list(tmp_path.iterdir()) == [path]


def test_a_forced_encoding_is_another_reading(tmp_path: Path) -> None:
    rows = [(f"很好 {i}", ("正", "负")[i % 2]) for i in range(20)]
    path = write_csv(tmp_path / "rows.csv", rows, "gbk")
    first = prepare(path, "text", "label", tmp_path, name="n")
    assert first.profile.encoding == "gb18030"
    assert prepare(path, "text", "label", tmp_path, name="n", encoding="gb18030").already
    assert not prepare(path, "text", "label", tmp_path, name="n", encoding="latin-1").already
