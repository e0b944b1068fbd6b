"""The cross-check of training labels: started by a button, watched while it runs."""

from typing import TYPE_CHECKING

from dashboard import labelling, store
from dashboard.components.dialogs import dialog_is_open
from dashboard.components.errors import live, show_error, shown
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.store import DatasetRow

SEEN = "label_check_state"


def cross_check_part(data: "DatasetRow") -> bool:
    """Draw what there is to do about the training rows; nothing once they were checked. Returns whether they were."""
    import streamlit as st

    state, fault = labelling.check_state(data.id)
    st.session_state[SEEN] = (data.id, state)
    if state == "done":
        return True
    if state == "running":
        live(_watch)(data.id)
        return False
    if fault is not None:
        show_error(fault)
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        words = _(
            "The training rows are not checked yet: five baselines each learn four fifths of them and say what they "
            "take the rest for. It takes about as long as five baseline runs."
        )
        st.markdown(words, width="stretch")
        if st.button(_("Check the training rows"), icon=":material/rule:", key="label_check"):
            with shown():
                store.check_training_rows(data.id)
                st.rerun()
    return False


def _watch(dataset_id: int) -> None:
    import streamlit as st

    state, _fault = labelling.check_state(dataset_id)
    st.info(
        _("The training rows are being checked. What a run says of other rows is listed already."),
        icon=":material/rule:",
    )
    if st.session_state.get(SEEN) != (dataset_id, state) and not dialog_is_open():
        st.rerun(scope="app")
