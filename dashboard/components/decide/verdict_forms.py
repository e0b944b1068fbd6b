"""What people write about decisions, each in a dialog: the decision itself, and later what came of it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from dashboard.components.author import author_field
from dashboard.components.decide.log import came_name
from dashboard.components.decision import decision_form
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.text import all_of, note, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError
from engine.portfolio.outcomes import CAME

if TYPE_CHECKING:
    from dashboard.store.decisions import LoggedDecision


def decide_dialog(ideas: Mapping[str, str], decide: Callable[..., None]) -> None:
    """Choose an idea and record go, hold or stop."""
    import streamlit as st

    @st.dialog(_("Decide"), icon=":material/gavel:")
    @guarded
    def ask() -> None:
        slug = st.selectbox(_("Idea"), list(ideas), format_func=ideas.__getitem__, key="decisions_idea")
        decision_form(partial(decide, slug), "decisions")

    ask()


def outcome_dialog(row: "LoggedDecision", record: Callable[[int, str, str, str], None]) -> None:
    """Write down what came of a decision; what is current now is kept with it."""
    import streamlit as st

    @st.dialog(_("What came of it"), icon=":material/flag:")
    @guarded
    def ask() -> None:
        expected = row.expected or row.reason
        st.markdown(note(plain(translate("{idea}, expected: {what}", idea=row.idea, what=expected))))
        with st.form("outcome_form", border=False, enter_to_submit=False):
            came = st.radio(_("It came"), CAME, index=None, format_func=came_name, key="outcome_came")
            what = st.text_input(
                _("What happened"), placeholder=_("In one sentence, with a figure"), key="outcome_what"
            )
            author = author_field("outcome_author")
            pressed = st.form_submit_button(_("Record"), type="primary", key="outcome_go")
        if pressed:
            _record(row.id, came, what.strip(), author, record)

    ask()


def _record(
    decision_id: int, came: str | None, what: str, author: str, record: Callable[[int, str, str, str], None]
) -> None:
    import streamlit as st

    needed = {_("how it came"): came, _("what happened"): what, _("your name"): author}
    lacking = [word for word, given in needed.items() if not given]
    if lacking or came is None:
        show_error(InputError(N_("An outcome needs {parts}."), parts=all_of(lacking)))
        return
    with shown():
        record(decision_id, came, what, author)
        st.rerun()
