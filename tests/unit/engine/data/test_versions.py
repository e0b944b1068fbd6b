import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.clean import Row
from engine.data.content import load_content
from engine.data.difference import difference
from engine.data.join import append_file, replace_file
from engine.data.prepare import prepare
from engine.data.stored import Prepared, load_columns, load_unlabelled
from engine.data.versions import mask, relabel, rewrite
from engine.errors import DataError

ROWS = [(f"review number {i}", ("good", "bad")[i % 2], ("web", "shop")[i % 3 == 0]) for i in range(40)]
WAITING = [("who knows", "", "web"), ("nobody does", "", "shop")]


def write(path: Path, rows: list[tuple[str, str, str]], header: tuple[str, ...] = ("text", "label", "channel")) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def parent(tmp_path: Path) -> Prepared:
    return prepare(write(tmp_path / "rows.csv", ROWS + WAITING), "text", "label", tmp_path, name="Reviews")


def splits_of(prepared: Prepared) -> dict[str, str]:
    content = load_content(prepared.folder)
    return {row.text: split for row, split in zip(content.rows, content.splits, strict=True)}


def texts(new: dict[int, str]) -> Callable[[Row], Row]:
    return lambda row: replace(row, text=new.get(row.line, row.text))


def adds_up(prepared: Prepared) -> bool:
    p = prepared.profile
    out = p.missing_text + p.missing_label + p.exact_duplicates + p.normalised_duplicates + p.conflicting_rows
    return p.rows == p.used + out


def test_labels_given_and_corrected(parent: Prepared) -> None:
    made = relabel(parent.folder, {2: "bad", 42: "good"}, name="Reviews v2")
    assert (made.profile.parent, made.profile.change) == (parent.fingerprint, "labels")
    assert (made.profile.name, made.profile.used, made.profile.unlabelled) == ("Reviews v2", 41, 1)
    assert splits_of(made) == splits_of(parent) | {"who knows": "train"}
    labels = {row.line: row.label for row in load_content(made.folder).rows}
    assert (labels[2], labels[42], labels[3]) == ("bad", "good", "bad")
    assert load_unlabelled(made.folder).rows == [43]
    assert sum(cell == "web" for part in load_columns(made.folder).values() for cell in part["channel"]) == 27
    assert adds_up(made)
    assert relabel(parent.folder, {42: "good", 2: "bad"}, name="again").already


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({1: "good", 99: "bad"}, "no row 1, 99"),
        ({2: "splendid"}, "no class “splendid”. Known: bad, good"),
        ({2: "good"}, "Nothing would change"),
        ({}, "Nothing would change"),
        (dict.fromkeys(range(2, 42), "good"), "would have 1 classes"),
    ],
)
def test_labels_that_cannot_be(parent: Prepared, labels: dict[int, str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        relabel(parent.folder, labels, name="n")


def test_a_class_may_not_leave_a_split(parent: Prepared) -> None:
    content = load_content(parent.folder)
    tested = [r.line for r, s in zip(content.rows, content.splits, strict=True) if s == "test" and r.label == "bad"]
    with pytest.raises(DataError, match=r"no row of “bad” \(test\)"):
        relabel(parent.folder, dict.fromkeys(tested, "good"), name="n")


def test_masked_texts_are_cleaned_again(parent: Prepared) -> None:
    split = splits_of(parent)
    trained, tested = (next(t for t, label, _ in ROWS if label == "good" and split[t] == s) for s in ("train", "test"))
    lines = {text: line for line, (text, _, _) in enumerate(ROWS, 2)}
    made = rewrite(
        parent.folder, texts({lines[trained]: "[EMAIL]", lines[tested]: "[EMAIL]", 42: "[PHONE]"}), name="masked"
    )
    assert (made.profile.change, made.profile.used, made.profile.exact_duplicates) == ("mask", 39, 1)
    assert splits_of(made)["[EMAIL]"] == "test"  # the copy in train goes
    assert load_unlabelled(made.folder).inputs == ["[PHONE]", "nobody does"]
    assert adds_up(made)


def test_personal_data_is_found_and_masked(tmp_path: Path) -> None:
    rows = [*ROWS, ("write to a@b.io", "good", "web"), ("write to c@d.io", "good", "x@y.io"), ("13812345678", "", "")]
    first = prepare(write(tmp_path / "rows.csv", rows), "text", "label", tmp_path, name="n", columns=["channel"])
    assert first.profile.personal is not None
    assert {kind: found["rows"] for kind, found in first.profile.personal.items()} == {"email": 2, "phone": 1}
    made = mask(first.folder, name="masked")
    assert (made.profile.personal, made.profile.exact_duplicates, made.profile.used) == ({}, 1, 41)
    assert load_unlabelled(made.folder).inputs == ["[PHONE]"]
    only = mask(first.folder, ["phone"], name="masked")
    assert only.profile.personal is not None
    assert list(only.profile.personal) == ["email"]
    with pytest.raises(DataError, match="Nothing would change"):
        mask(first.folder, ["card"], name="masked")


def test_an_appended_file_moves_nothing(parent: Prepared, tmp_path: Path) -> None:
    new = [(f"another {i}", ("good", "bad", "odd")[i % 3], "app") for i in range(60)]
    known = [
        ("Review number 0!", "good", "app"),
        ("review number 2", "good", "app"),
        ("review number 1", "good", "app"),
    ]
    path = write(tmp_path / "more.csv", [*new, *known, ("who knows", "bad", "app"), ("and who", "", "app")])
    made = append_file(parent.folder, path, name="more")
    before, after = splits_of(parent), splits_of(made)
    assert {text: after[text] for text in before} == before
    assert (made.profile.used, made.labels) == (40 + 61, ("bad", "good", "odd"))
    assert (made.profile.normalised_duplicates, made.profile.exact_duplicates, made.profile.conflicting_rows) == (
        1,
        1,
        1,
    )
    added = [after[text] for text, label, _ in new if label == "odd"]
    assert {split: added.count(split) for split in after.values()} == {"train": 14, "validation": 3, "test": 3}
    assert load_unlabelled(made.folder).inputs == ["nobody does", "and who"]
    assert adds_up(made)
    lines = [row.line for row in load_content(made.folder).rows] + load_unlabelled(made.folder).rows
    assert len(set(lines)) == len(lines)
    assert append_file(parent.folder, path, name="again").fingerprint == made.fingerprint


def test_few_rows_of_known_classes_join_train(parent: Prepared, tmp_path: Path) -> None:
    made = append_file(
        parent.folder, write(tmp_path / "two.csv", [("one more", "good", ""), ("two more", "bad", "")]), name="n"
    )
    assert (splits_of(made)["one more"], splits_of(made)["two more"]) == ("train", "train")


@pytest.mark.parametrize(
    ("rows", "header", "said"),
    [
        ([("a new one", "rare", "x")], ("text", "label", "channel"), "“rare” \\(1\\)"),
        (
            [("a new one", "good", "x")],
            ("review", "label", "way"),
            "more.csv lacks columns of the data set: text, channel",
        ),
        ([("review number 3", "bad", "x")], ("text", "label", "channel"), "Nothing would change"),
    ],
)
def test_files_that_cannot_join(
    parent: Prepared, tmp_path: Path, rows: list[tuple[str, str, str]], header: tuple[str, ...], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        append_file(parent.folder, write(tmp_path / "more.csv", rows, header), name="n")


def test_a_file_in_its_place_keeps_numbers_and_splits(parent: Prepared, tmp_path: Path) -> None:
    rows = [
        ("Review number 0!", "bad", "web"),
        *ROWS[1:-4],
        *[(f"new {i}", ("good", "bad")[i % 2], "") for i in range(20)],
    ]
    made = replace_file(parent.folder, write(tmp_path / "new.csv", rows), name="replaced")
    before, after = splits_of(parent), splits_of(made)
    assert all(after[text] == before[text] for text in before if text in after)
    assert after["Review number 0!"] == before["review number 0"]
    assert adds_up(made)
    found = difference(parent.folder, made.folder, related=True)
    assert found.counts == {"added": 20, "removed": 4, "relabelled": 1, "reworded": 1}
    assert found.classes == {"bad": (20, 20 + 1 - 2 + 10), "good": (20, 20 - 1 - 2 + 10)}
    again = append_file(made.folder, write(tmp_path / "last.csv", [("the last", "good", "")]), name="n")
    added = difference(made.folder, again.folder, related=True)
    assert [(row.change, row.after, row.label_after, row.split) for row in added.examples] == [
        ("added", "the last", "good", "train")
    ]
    assert difference(parent.folder, again.folder, related=True).counts["added"] == 21  # no number is given twice


def test_what_differs(parent: Prepared) -> None:
    made = relabel(parent.folder, {2: "bad", 42: "good"}, name="n")
    last = rewrite(made.folder, texts({3: "review [PHONE]"}), name="m")
    found = difference(parent.folder, last.folder, related=True)
    assert found.counts == {"added": 1, "removed": 0, "relabelled": 1, "reworded": 1}
    assert found.splits["train"][1] == found.splits["train"][0] + 1
    assert [(r.change, r.row, r.before, r.after, r.label_before, r.label_after) for r in found.examples] == [
        ("added", 42, "", "who knows", "", "good"),
        ("relabelled", 2, "review number 0", "review number 0", "good", "bad"),
        ("reworded", 3, "review number 1", "review [PHONE]", "bad", "bad"),
    ]
    assert difference(last.folder, last.folder, related=True).equal
    assert difference(parent.folder, last.folder, related=False).counts == {
        "added": 2,
        "removed": 1,
        "relabelled": 1,
        "reworded": 0,
    }


def test_a_version_of_a_file_is_not_taken_for_the_file(parent: Prepared, tmp_path: Path) -> None:
    relabel(parent.folder, {2: "bad"}, name="n")
    found = prepare(tmp_path / "rows.csv", "text", "label", tmp_path, name="Reviews")
    assert replace(found, already=False) == replace(parent, already=False)


def test_a_change_far_into_a_text_is_seen(tmp_path: Path) -> None:
    long = "a word and " * 50
    rows = [*ROWS, (f"{long}a@b.io at the end", "good", "")]
    first = prepare(write(tmp_path / "rows.csv", rows), "text", "label", tmp_path, name="n")
    (row,) = difference(first.folder, mask(first.folder, name="m").folder, related=True).examples
    assert row.before.startswith("…")
    assert (row.before[-21:], row.after[-22:]) == ("and a@b.io at the end", "and [EMAIL] at the end")


def test_a_new_class_is_spread_over_the_splits(tmp_path: Path) -> None:
    waiting = [(f"never seen {i}", "", "web") for i in range(8)]
    parent = prepare(write(tmp_path / "rows.csv", ROWS + waiting), "text", "label", tmp_path, name="Reviews")
    labels = dict.fromkeys(range(42, 49), "ugly") | {49: "good"}
    with pytest.raises(DataError, match="no class “ugly”"):
        relabel(parent.folder, labels, name="n")
    made = relabel(parent.folder, labels, name="n", new_classes=["ugly"])
    assert made.profile.labels == ("bad", "good", "ugly")
    new = {text: split for text, split in splits_of(made).items() if text not in splits_of(parent)}
    assert sorted(split for text, split in new.items() if text != "never seen 7") == [
        "test", "train", "train", "train", "train", "train", "validation",
    ]  # fmt: skip
    assert new["never seen 7"] == "train"
    assert {text: split for text, split in splits_of(made).items() if text not in new} == splits_of(parent)


def test_corrections_count_for_the_split_that_a_new_class_lacks(parent: Prepared) -> None:
    content = load_content(parent.folder)
    tested = next(row.line for row, split in zip(content.rows, content.splits, strict=True) if split == "test")
    labels = {tested: "ugly", 42: "ugly"}
    with pytest.raises(DataError, match="“ugly” \\(validation\\)"):
        relabel(parent.folder, labels, name="n", new_classes=["ugly"])
    made = relabel(parent.folder, labels | {43: "ugly"}, name="n", new_classes=["ugly"])
    assert {splits_of(made)[text] for text, _, _ in WAITING} == {"train", "validation"}
