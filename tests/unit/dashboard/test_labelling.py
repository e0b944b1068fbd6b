"""The labelling page as a person uses it: a name, a click, an undo; each click is in the database at once."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.labelling import changes, keys_of
from dashboard.components.labelling_queue import Candidate, set_back
from db.session import session_scope
from db.shapes import LabellingState
from db.views import labelling_state
from engine.entrypoints import actions
from tests.reviews import write_reviews

SCRIPT = """
from dashboard.components.errors import guarded
from dashboard.app_pages.label import PAGE
guarded(PAGE.render)()
"""


@pytest.fixture
def data_id(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("PROSPECTUS_SERVER_PORT", "1")
    path = write_reviews(tmp_path / "reviews.csv", rows=60, unlabelled=3)
    return actions.import_data(path, "text", "label", "Reviews")[0].id


def state(data_id: int) -> LabellingState:
    with session_scope() as session:
        return labelling_state(session, data_id)


def opened(name: str = "Lin") -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=30)
    if name:
        test.session_state["author"] = name
    return test.run()


def texts(test: AppTest) -> str:
    return " ".join(str(getattr(one, "body", "")) for one in test.get("html"))


def test_nobody_labels_without_a_name(data_id: int) -> None:
    test = opened("")
    assert test.button(key="label_as_0").disabled
    assert any("Type your name first" in text.value for text in test.markdown)
    test.text_input(key="label_author").set_value("Lin").run()
    assert not test.button(key="label_as_0").disabled


def test_each_click_is_stored_and_the_next_row_comes(data_id: int) -> None:
    test = opened()
    assert "unread 0" in texts(test)
    test.button(key="label_as_1").click().run()
    assert state(data_id).labels == {62: "praise"}
    assert "unread 1" in texts(test)
    again = opened()  # a reload: nothing is lost
    assert "unread 1" in texts(again)
    again.button(key="label_undo").click().run()
    assert state(data_id).labels == {}
    assert "unread 0" in texts(again)


def test_a_skipped_row_comes_again_at_the_end(data_id: int) -> None:
    test = opened()
    test.button(key="label_skip").click().run()
    assert "unread 1" in texts(test)
    test.button(key="label_skip").click().run()
    test.button(key="label_as_0").click().run()
    assert "unread 0" in texts(test)


def test_before_a_version_is_made_it_is_said_what_it_will_hold(data_id: int) -> None:
    test = opened()
    assert test.button(key="label_version").disabled
    test.button(key="label_as_0").click().run()
    row, (label, _) = next(
        item for item in actions.labelled_rows(data_id).of(range(100)).items() if item[1][1] == "test"
    )
    actions.give_label(data_id, row, "praise" if label != "praise" else "question", "Lin")
    test.button(key="label_version").click().run()
    assert any("1 row joins the training split." in text.value for text in test.markdown)
    assert "cannot be set beside" in test.warning[0].value
    assert test.button(key="label_version_make").label == "Make it"


def test_a_row_of_markup_is_shown_as_text(database: str, tmp_path: Path) -> None:
    lines = ["text,label", *[f"thing number {i},{'ab'[i % 2]}" for i in range(20)], "<img src=x onerror=alert(1)>,"]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n")
    actions.import_data(tmp_path / "rows.csv", "text", "label", "Rows")
    assert "&lt;img src=x" in texts(opened())


def test_skipped_rows_stand_last_in_the_order_of_the_rest() -> None:
    queue = [Candidate(row) for row in (5, 3, 8)]
    assert [one.row for one in set_back(queue, [5])] == [3, 8, 5]


def test_changes_are_counted_by_what_they_change(data_id: int) -> None:
    known = actions.labelled_rows(data_id).of(range(100))
    row, (label, split) = next(iter(known.items()))
    other = "praise" if label != "praise" else "question"
    actions.give_label(data_id, 62, "praise", "Lin")
    actions.give_label(data_id, row, label, "Lin")
    assert changes(state(data_id), known) == {"new": 1, "same": 1, "train": 0, "validation": 0, "test": 0}
    actions.give_label(data_id, row, other, "Lin")
    assert changes(state(data_id), known)[split] == 1


def test_a_class_named_by_a_digit_has_that_key() -> None:
    assert keys_of(["0", "7", "9"]) == ["0", "7", "9"]
    assert keys_of(["no", "yes"]) == ["1", "2"]
    assert keys_of([f"class {i}" for i in range(11)]) == [*"123456789", None, None]


def test_a_class_can_be_typed_and_the_version_says_what_it_lacks(data_id: int) -> None:
    test = opened()
    test.text_input(key="label_new_62").set_value("spam").run()
    test.button(key="label_new_give").click().run()
    assert state(data_id).labels == {62: "spam"}
    added = next(button for button in test.button if button.label == "spam")  # from then on it has a button
    test.button(key="label_version").click().run()
    assert "“spam” needs 2 rows more" in test.warning[0].value
    assert test.button(key="label_version_make").disabled
    added.click().run()
    assert list(state(data_id).labels.values()) == ["spam", "spam"]
