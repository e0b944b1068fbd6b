"""A table of money's rows of which one may be selected."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from dashboard.components.ink import on_phone

Row = TypeVar("Row")
PAGE_ROWS = 100
ROW_HEIGHT, MOST_ROWS = 40, 12


def picked(
    rows: Sequence[Row],
    columns: Mapping[str, list[Any]],
    config: Mapping[str, Any],
    key: str,
    alt: str,
    *,
    deciding: Sequence[str] = (),
) -> Row | None:
    """Draw the rows, whose cells are `columns`; the one that is selected. On a phone what is `deciding` comes first."""
    import streamlit as st

    order = [*deciding, *(name for name in columns if name not in deciding)] if on_phone() else None

    event = st.dataframe(
        dict(columns),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content" if len(rows) <= MOST_ROWS else ROW_HEIGHT * MOST_ROWS,
        column_config=config,
        column_order=order,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        key=key,
        alt=alt,
    )
    chosen = event["selection"]["rows"]
    return rows[chosen[0]] if chosen and chosen[0] < len(rows) else None
