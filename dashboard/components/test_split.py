"""A run's figures on the test split: hidden until somebody asks for them, and the log says who did."""

from typing import TYPE_CHECKING

from dashboard import store
from dashboard.components.errors import shown
from dashboard.components.head import section_bar
from dashboard.components.run_detail import test_figures
from dashboard.components.text import note
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.store import RunDetail

SAID = "run_said"
"""Where the page finds what an act has to say after it was drawn anew."""


def test_part(detail: "RunDetail") -> None:
    """Draw the figures, or the button that shows them."""
    import streamlit as st

    section_bar(_("Test split"))
    if detail.test is not None:
        test_figures(detail.test)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(note(_("Hidden, so that choices rest on validation. Adopting the run shows it.")), width="content")
        if st.button(_("Show it now"), icon=":material/visibility:", key="run_show_test"):
            with shown():
                store.show_test(detail.row.id, st.session_state.get("author", ""))
                st.session_state[SAID] = _("The test figures are shown below; the log says that they were seen.")
                st.rerun()


test_part.__test__ = False  # type: ignore[attr-defined]
