"""A plain list of facts: what it is, what its value is."""

from collections.abc import Sequence


def facts(rows: Sequence[tuple[str, str]], alt: str) -> None:
    """Draw (name, value) rows; both are Markdown, so written text must have passed `text.plain`."""
    import streamlit as st

    st.table(
        {"name": [f":gray[{name}]" for name, _ in rows], "value": [value for _, value in rows]},
        border="horizontal",
        hide_header=True,
        hide_index=True,
        alt=alt,
    )
