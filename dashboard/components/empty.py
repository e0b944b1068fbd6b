"""What stands where nothing is yet: what comes, how long it takes, what to do."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def empty_state(icon: str, title: str, text: str) -> "DeltaGenerator":
    """Draw it; returns the place for the primary button and one other."""
    import streamlit as st

    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("xsmall")
        st.markdown(f"## {icon}", width="content", anchors=False)
        st.subheader(title, anchor=False, width="content", text_alignment="center")
        st.markdown(text, width="content", text_alignment="center")
        place = st.container(horizontal=True, width="content", horizontal_alignment="center")
        st.space("xsmall")
    return place
