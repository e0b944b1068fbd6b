"""A table of words, as most of ours are."""

from collections.abc import Mapping, Sequence


def words_table(columns: Mapping[str, Sequence[str]], alt: str | None = None, *, header: bool = True) -> None:
    """Draw columns of Markdown under their headings.

    Handed on as Arrow's own columns, which are what the browser gets: by way of pandas each table took three times
    as long.
    """
    import pyarrow as pa
    import streamlit as st

    data = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    st.table(data, border="horizontal", hide_header=not header, hide_index=True, alt=alt)
