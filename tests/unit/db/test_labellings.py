"""Labels given in the browser: appended, the newest counts, taken back one by one."""

from db.labellings import add_labelling, take_back_newest
from db.models import Labelling
from db.session import session_scope
from db.views import labelling_state
from tests.rows import a_dataset


def test_the_newest_label_of_a_row_counts_and_each_person_has_one(database: str) -> None:
    with session_scope() as session:
        data, other = a_dataset(session).id, a_dataset(session, "other").id
        for row, label, author in ((5, "no", "Lin"), (5, "yes", "Mei"), (5, "yes", "Lin"), (9, "no", "Mei")):
            add_labelling(session, data, row, label, author)
        add_labelling(session, other, 5, "no", "Lin")
        state = labelling_state(session, data)
        assert state.labels == {5: "yes", 9: "no"}
        assert state.by("Lin") == {5: "yes"}
        assert [given.author for given in state.rows[5]] == ["Mei", "Lin"]
        assert labelling_state(session, other).labels == {5: "no"}


def test_undo_takes_back_the_newest_of_one_person_and_then_the_one_before(database: str) -> None:
    with session_scope() as session:
        data = a_dataset(session).id
        for row, label, author in ((5, "no", "Lin"), (6, "yes", "Mei"), (7, "no", "Lin"), (7, "yes", "Mei")):
            add_labelling(session, data, row, label, author)
        assert take_back_newest(session, data, "Lin") == 7
        assert labelling_state(session, data).labels == {5: "no", 6: "yes", 7: "yes"}
        assert take_back_newest(session, data, "Lin") == 5
        assert take_back_newest(session, data, "Lin") is None
        assert labelling_state(session, data).labels == {6: "yes", 7: "yes"}
        assert session.query(Labelling).count() == 6
