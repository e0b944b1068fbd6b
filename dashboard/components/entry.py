"""One entry of a list that is read: its lines, and beside them the button that opens it."""

from collections.abc import Sequence

from dashboard.components.ink import on_phone


def entry(lines: Sequence[str], button: str, key: str, icon: str = ":material/edit:") -> bool:
    """Draw lines of Markdown with a button at their right, a phone's without its words; whether it was pressed."""
    import streamlit as st

    if not on_phone():
        text, place = st.columns([0.86, 0.14], vertical_alignment="center")
        text.markdown("  \n".join(lines))
        return place.button(button, key=key, icon=icon, type="tertiary")
    row = st.container(horizontal=True, vertical_alignment="center", gap="xxsmall")
    row.container(width="stretch").markdown("  \n".join(lines))
    return row.button(icon, key=key, help=button, type="tertiary", width="content")
