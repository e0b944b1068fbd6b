"""Labelling, on real files and a real database: click, undo, version, and the doubts about labels given before."""

import random
import time
from pathlib import Path

import pytest

from db.session import session_scope
from db.views import labelling_state
from engine.data.stored import load_rows, load_unlabelled
from engine.entrypoints import actions
from engine.entrypoints.home import inside, run_folder
from engine.errors import DataError, InputError, StateError, UnknownName
from tests.reviews import WORDS
from tests.rows import a_complete_run

ROWS, BLANK, WRONG = 120, (10, 11, 12), (40, 77)
"""Line numbers of the file: the header is line 1."""


@pytest.fixture
def data_id(database: str, tmp_path: Path) -> int:
    chance, lines = random.Random(0), ["text,label"]
    for line in range(2, ROWS + 2):
        label = ("praise", "complaint")[line % 2]
        said = label if line not in WRONG else ("complaint", "praise")[line % 2]
        text = f"{' '.join(chance.choices(WORDS[label], k=3))} parcel {line}"
        lines.append(f"{text},{'' if line in BLANK else said}")
    path = tmp_path / "reviews.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return actions.import_data(path, "text", "label", "Reviews")[0].id


def labels(data_id: int) -> dict[int, str]:
    with session_scope() as session:
        return labelling_state(session, data_id).labels


def test_a_click_is_stored_at_once_and_can_be_taken_back(data_id: int) -> None:
    actions.give_label(data_id, 10, "praise", " Lin ")
    actions.give_label(data_id, 11, "complaint", "Lin")
    assert labels(data_id) == {10: "praise", 11: "complaint"}
    assert actions.take_back(data_id, "Lin") == 11
    assert labels(data_id) == {10: "praise"}
    assert actions.take_back(data_id, "Mei") is None


@pytest.mark.parametrize(
    ("row", "label", "author", "kind", "said"),
    [
        (10, "anger", "Lin", UnknownName, "complaint, praise"),
        (10, "<b>praise</b>", "Lin", UnknownName, "no class called"),
        (10, "", "Lin", UnknownName, "no class called"),
        (9_999, "praise", "Lin", InputError, "9999"),
        (10, "praise", "  ", InputError, "must not be empty"),
        (10, "praise", "x" * 121, InputError, "120"),
    ],
)
def test_what_is_no_label_of_a_row_is_refused(
    data_id: int, row: int, label: str, author: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        actions.give_label(data_id, row, label, author)
    assert labels(data_id) == {}


def test_labels_become_a_version_whose_new_rows_join_train(data_id: int) -> None:
    with pytest.raises(StateError, match="Nobody"):
        actions.version_of_labels(data_id)
    corrected = {row: label for row, (label, _) in actions.labelled_rows(data_id).of(WRONG).items()}
    actions.give_label(data_id, 10, "praise", "Lin")
    for row, label in corrected.items():
        actions.give_label(data_id, row, "praise" if label == "complaint" else "complaint", "Lin")
    before = actions.labelled_rows(data_id).of(range(ROWS + 2))
    made, already = actions.version_of_labels(data_id, "Reviews, checked")
    after = actions.labelled_rows(made.id).of(range(ROWS + 2))
    assert (made.name, made.parent_id, made.change, already) == ("Reviews, checked", data_id, "labels", False)
    assert after[10] == ("praise", "train")
    assert {row: split for row, (_, split) in after.items() if row != 10} == {r: s for r, (_, s) in before.items()}
    assert {row for row in before if before[row][0] != after[row][0]} == set(WRONG)
    assert load_unlabelled(inside(made.folder)).rows == [11, 12]
    assert labels(made.id) == {}
    assert labels(data_id).keys() == {10, *WRONG}


def test_labels_that_change_nothing_make_no_version(data_id: int) -> None:
    row, (label, _split) = next(iter(actions.labelled_rows(data_id).of(range(ROWS + 2)).items()))
    actions.give_label(data_id, row, label, "Lin")
    with pytest.raises(DataError, match="Nothing would change"):
        actions.version_of_labels(data_id)


def test_rows_that_wait_are_read_a_page_at_a_time(data_id: int) -> None:
    assert actions.waiting_rows(data_id).rows == BLANK
    page = actions.waiting_rows(data_id, start=1, most=1)
    assert page.rows == (11,)
    assert page.inputs == (actions.row_input(data_id, 11),)
    assert str(actions.row_input(data_id, 40)).endswith("parcel 40")
    with pytest.raises(InputError, match="9999"):
        actions.row_input(data_id, 9_999)


def test_the_cross_check_finds_labels_that_were_planted_wrong(data_id: int) -> None:
    assert actions.check_state(data_id) == ("none", None)
    assert actions.doubtful_rows(data_id) == []
    actions.check_training_rows(data_id)
    assert actions.check_state(data_id)[0] == "running"
    actions.check_training_rows(data_id)  # a second click starts no second child
    until = time.monotonic() + 60
    while actions.check_state(data_id)[0] == "running" and time.monotonic() < until:
        time.sleep(0.05)
    assert actions.check_state(data_id) == ("done", None)
    train = load_rows(inside(_folder(data_id)))["train"]
    planted = [row for row in WRONG if row in train.rows]
    found = actions.doubtful_rows(data_id)
    assert planted and [doubt.row for doubt in found[: len(planted)]] == sorted(
        planted, key=[d.row for d in found].index
    )
    assert {doubt.split for doubt in found} == {"train"}
    assert all(doubt.label != doubt.answer for doubt in found)


def test_a_run_doubts_only_rows_that_it_may_show(data_id: int) -> None:
    import numpy as np

    from engine.evaluation.stored import Predictions, write_predictions

    with session_scope() as session:
        from db.datasets import get_dataset

        run = a_complete_run(session, None, get_dataset(session, data_id)).id
    run_folder(run).mkdir(parents=True)
    rows = load_rows(inside(_folder(data_id)))
    for split in ("validation", "test"):
        n = len(rows[split].rows)  # type: ignore[index]
        y = np.zeros(n, dtype=np.int64)
        wrong = np.tile([0.2, 0.8], (n, 1)).astype(np.float32)
        write_predictions(run_folder(run), split, Predictions(run, y, np.array(rows[split].rows), wrong))  # type: ignore[index]
    assert {doubt.split for doubt in actions.doubtful_rows(data_id, run)} == {"validation"}
    actions.show_test(run, "Lin")
    assert {doubt.split for doubt in actions.doubtful_rows(data_id, run)} == {"validation", "test"}


def test_a_run_on_other_data_is_refused(data_id: int) -> None:
    with session_scope() as session:
        run = a_complete_run(session).id
    with pytest.raises(InputError, match="another data set"):
        actions.doubtful_rows(data_id, run)


def _folder(data_id: int) -> str:
    with session_scope() as session:
        from db.datasets import get_dataset

        return get_dataset(session, data_id).folder


def test_a_new_class_waits_for_a_row_in_each_split(data_id: int) -> None:
    actions.give_label(data_id, 10, "  anger ", "Lin", new=True)
    actions.give_label(data_id, 11, "Anger", "Mei", new=True)
    actions.give_label(data_id, 12, "PRAISE", "Mei", new=True)  # no new class: one of that name is there
    assert labels(data_id) == {10: "anger", 11: "anger", 12: "praise"}
    with pytest.raises(DataError, match="no row of “anger”"):
        actions.version_of_labels(data_id)
    actions.give_label(data_id, 12, "anger", "Lin")
    made, _ = actions.version_of_labels(data_id)
    assert made.labels == ("anger", "complaint", "praise")
    assert {split for _, split in actions.labelled_rows(made.id).of(BLANK).values()} == {"train", "validation", "test"}
    with pytest.raises(InputError, match="must not be empty"):
        actions.give_label(data_id, 10, " \n ", "Lin", new=True)
