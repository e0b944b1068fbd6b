"""Who is speaking: the name that stands under decisions and assumptions, asked once a session."""

from dashboard.i18n import _

STATE_KEY = "author"


def author_field(key: str) -> str:
    """Draw the field for the reader's name and remember it for every other form; empty until it is typed."""
    import streamlit as st

    known = st.session_state.get(STATE_KEY, "")
    if known and not st.session_state.get(key):
        st.session_state[key] = known  # also of a form that was drawn empty before the name was typed elsewhere
    name: str = st.text_input(_("Your name"), key=key) or ""
    if name.strip():
        st.session_state[STATE_KEY] = name.strip()
    return name.strip()
