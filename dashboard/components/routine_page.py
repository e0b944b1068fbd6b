"""The page of one run of a routine: what it does, how far it is, and where its findings are shown."""

from typing import TYPE_CHECKING

from dashboard import formats, store
from dashboard.components.badges import state_badge
from dashboard.components.curves import learning_curves
from dashboard.components.errors import live, shown
from dashboard.components.head import answer, page_head
from dashboard.components.live import run_card
from dashboard.components.progress import progress_card
from dashboard.components.queue import resume_button
from dashboard.components.recipes import recipe_name
from dashboard.components.run_detail import help_after_failure, outcome, particulars
from dashboard.components.scope import USUAL_MEASURE
from dashboard.components.text import url
from dashboard.i18n import _, translate
from engine import catalog

if TYPE_CHECKING:
    from dashboard.store import RunDetail

SEEN = "routine_state"


def draw_routine(detail: "RunDetail") -> None:
    """Draw it, whatever state it is in."""
    row = detail.row
    actions = page_head(translate("What came of {run}?", run=row.label))
    actions.link_button(_("All runs"), url("runs"), icon=":material/arrow_back:")
    routine = catalog.routines().get(row.recipe)
    if row.state == "complete" and routine and routine.page != "runs":
        words = _("See what it found")
        actions.link_button(words, url(routine.page), type="primary", icon=":material/arrow_forward:")
    with actions:
        if row.state in ("stopped", "failed"):
            resume_button(row, store.resume_run)
        elif row.state == "queued":
            _unqueue_button(row.id)
    marks = "" if row.state == "running" else state_badge(row.state)  # type: ignore[arg-type]
    answer(f"{marks} {_said(detail)}")
    help_after_failure(detail)
    if row.state in ("running", "queued"):
        live(_watch)(row.id)
    elif detail.series:
        learning_curves(detail, "done", None)
    particulars(detail)


def _said(detail: "RunDetail") -> str:
    if detail.row.state != "complete":
        return outcome(detail, USUAL_MEASURE)
    name, time = recipe_name(detail.row.recipe), formats.duration(detail.row.seconds)
    return f"**{translate('{name}: done in {time}.', name=name, time=time)}** {outcome(detail, USUAL_MEASURE)}"


def _unqueue_button(run_id: str) -> None:
    import streamlit as st

    if st.button(_("Take out of the queue"), icon=":material/playlist_remove:", key="routine_unqueue"):
        with shown():
            store.stop_run(run_id)
            st.rerun()


def _watch(run_id: str) -> None:
    import streamlit as st

    detail = store.run_detail(run_id)
    if detail.row.state == "running":
        progress_card(run_card(detail, USUAL_MEASURE), store.stop_run)
    now = (run_id, detail.row.state)
    before = st.session_state.get(SEEN)
    st.session_state[SEEN] = now
    if before and before[0] == now[0] and before[1] != now[1]:
        st.rerun(scope="app")
