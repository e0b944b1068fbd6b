"""Forecasts on their way: one line each, and the page drawn anew when one has come."""

from dashboard import store
from dashboard.components.dialogs import dialog_is_open
from dashboard.components.live import run_card
from dashboard.components.progress import progress_card
from dashboard.components.scope import USUAL_MEASURE
from dashboard.components.text import note, plain
from dashboard.i18n import _
from dashboard.store import forecasts

SEEN = "forecasts_live"


def draw_runs() -> None:
    """The running forecast as a card, those that wait as a line; nothing when there is none."""
    import streamlit as st

    now = tuple(forecasts.forecasts_live())
    before = st.session_state.get(SEEN)
    if before and set(before) - set(now) and dialog_is_open():
        return  # once it is closed
    st.session_state[SEEN] = now
    if before and set(before) - set(now):
        st.rerun(scope="app")
    for run_id in now[:1]:
        detail = store.run_detail(run_id)
        if detail.row.state == "running":
            progress_card(run_card(detail, USUAL_MEASURE), store.stop_run)
        elif store.system_state().workers_alive:
            st.markdown(note(plain(_("A forecast waits for a worker."))))
        else:
            st.info(plain(_("A forecast waits, and no worker is running.")), icon=":material/hourglass_empty:")
