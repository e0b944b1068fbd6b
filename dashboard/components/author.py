"""Who is speaking: the name that stands under decisions and assumptions, asked once a session."""

from dashboard.i18n import _

STATE_KEY = "author"


def author_field(key: str) -> str:
    """Draw the field for the reader's name and remember it; empty until it is typed."""
    import streamlit as st

    name: str = st.text_input(_("Your name"), value=st.session_state.get(STATE_KEY, ""), key=key) or ""
    if name.strip():
        st.session_state[STATE_KEY] = name.strip()
    return name.strip()
