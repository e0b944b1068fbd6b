"""The head of a page (its question, its actions, its answer) and of a section."""

from typing import TYPE_CHECKING

from dashboard.components.text import note as small
from dashboard.components.text import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SECTION_BAR_HEIGHT = 33


def page_head(question: str) -> "DeltaGenerator":
    """Draw the title; returns the place for the page's buttons (top right, at most one primary)."""
    import streamlit as st

    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    row.title(plain(question), anchor=False, width="content")
    return row.container(horizontal=True, width="content", horizontal_alignment="right")


def answer(markdown: str) -> None:
    """The page's answer in one sentence, the verdict in bold."""
    import streamlit as st

    st.markdown(markdown)


def section_bar(title: str, *, note: str = "", control: bool = False) -> "DeltaGenerator":
    """Draw a section's heading and note line; returns the place for its one control.

    Without a control the bar keeps the height it would have with one, so that neighbours line up.
    """
    import streamlit as st

    row = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        height="content" if control else SECTION_BAR_HEIGHT,
        border=False,
    )
    row.subheader(plain(title), anchor=False, width="content")
    place = row.container(horizontal=True, width="content") if control else row
    if note:
        st.markdown(small(note))
    return place
