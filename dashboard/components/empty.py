"""What stands where nothing is yet: what comes, how long it takes, what to do."""

from typing import TYPE_CHECKING

from dashboard.components.coming import redraw_when_changed
from dashboard.i18n import _
from dashboard.ready import samples_come
from dashboard.store.reading import token

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def empty_state(icon: str, title: str, text: str, *, sampled: bool = False) -> "DeltaGenerator":
    """Draw it; returns the place for the primary button and one other.

    Where the sample portfolio brings some (`sampled`) and is just being put in, it says that instead, and gives way.
    """
    import streamlit as st

    if sampled and samples_come():
        icon, title = ":material/hourglass_top:", _("The sample portfolio is being put in")
        text = _("This page changes by itself as soon as there is something to see.")
        redraw_when_changed(lambda: (token(), samples_come()))
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("xsmall")
        st.markdown(f"## {icon}", width="content", anchors=False)
        st.subheader(title, anchor=False, width="content", text_alignment="center")
        st.markdown(text, width="content", text_alignment="center")
        place = st.container(horizontal=True, width="content", horizontal_alignment="center")
        st.space("xsmall")
    return place
