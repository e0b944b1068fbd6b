"""Versions of a data set, on real files and a real database."""

from pathlib import Path

import pytest

from engine.entrypoints import actions
from engine.errors import DataError, UnknownName


@pytest.fixture
def first(database: str, tmp_path: Path) -> int:
    rows = [f"sentence number {i},{('bad', 'good')[i % 2]}" for i in range(40)] + ["what is this,"]
    path = tmp_path / "reviews.csv"
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    return actions.import_data(path, "text", "label", "Reviews", "CC0", "me")[0].id


def more(tmp_path: Path) -> Path:
    path = tmp_path / "more.csv"
    path.write_text("text,label\none more,good\nsentence number 1,good\n", encoding="utf-8")
    return path


def test_versions_know_where_they_come_from(first: int, tmp_path: Path) -> None:
    second, already = actions.label_rows(first, {42: "good", 2: "good"})
    assert (second.name, second.parent_id, second.change, already) == ("Reviews v2", first, "labels", False)
    assert (second.licence, second.source, second.profile["used"]) == ("CC0", "me", 41)
    third, _ = actions.append_data(second.id, more(tmp_path))
    other, _ = actions.append_data(first, more(tmp_path), "Reviews with more", replace=False)
    assert (third.name, third.change, other.name, other.parent_id) == (
        "Reviews v3",
        "append",
        "Reviews with more",
        first,
    )
    assert [row.id for row in actions.versions(third.id)] == [first, second.id, third.id, other.id]
    assert actions.label_rows(first, {42: "good", 2: "good"})[1]
    assert actions.compare_versions(first, third.id).counts == {
        "added": 2,
        "removed": 0,
        "relabelled": 1,
        "reworded": 0,
    }
    assert actions.compare_versions(third.id, first).counts["removed"] == 2
    siblings = actions.compare_versions(third.id, other.id)  # by their texts: numbers given in each are its own
    assert siblings.counts == {"added": 0, "removed": 1, "relabelled": 1, "reworded": 0}


def test_unknown_sets_are_named(first: int) -> None:
    for ask in (
        lambda: actions.versions(99),
        lambda: actions.compare_versions(first, 99),
        lambda: actions.label_rows(99, {1: "good"}),
    ):
        with pytest.raises(UnknownName, match="99"):
            ask()


def test_nothing_is_stored_when_nothing_changes(first: int) -> None:
    with pytest.raises(DataError, match="Nothing would change"):
        actions.label_rows(first, {2: "bad"})
    assert len(actions.versions(first)) == 1


def test_personal_data_is_masked_in_a_version(first: int, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Nothing would change"):
        actions.mask_data(first)
    path = tmp_path / "more.csv"
    path.write_text("text,label\nask me@example.com,good\n", encoding="utf-8")
    second, _ = actions.append_data(first, path)
    assert second.profile["personal"]["email"]["examples"] == ["ask [EMAIL]"]
    third, _ = actions.mask_data(second.id)
    assert (third.change, third.profile["personal"]) == ("mask", {})
    assert actions.compare_versions(second.id, third.id).counts["reworded"] == 1
