"""A table of words, as most of ours are; on a phone the columns that decide, or its rows one below the other."""

import re
from collections.abc import Mapping, Sequence

from dashboard.components.ink import on_phone
from dashboard.components.text import listed, note, plain
from dashboard.i18n import translate

Columns = Mapping[str, Sequence[str]]
_LINK = re.compile(r"\[(.*?)\]\(.*?\)")
NOTHING = ":gray[·]"
"""A cell of a map in which nothing lies."""


def words_table(
    columns: Columns,
    alt: str | None = None,
    *,
    header: bool = True,
    deciding: Sequence[int] = (),
    stacks: bool = False,
) -> None:
    """Draw columns of Markdown under their headings.

    A phone has room for three columns. There a table that names the places of its `deciding` columns, the first among
    them, shows those and the others behind a detail; one that `stacks` has its rows one below the other.
    """
    if not on_phone() or not (deciding or stacks):
        _draw(columns, alt, header)
    elif stacks:
        _draw(stacked(columns), alt, header=False)
    else:
        _draw_deciding(columns, alt, header, deciding)


def _draw_deciding(columns: Columns, alt: str | None, header: bool, deciding: Sequence[int]) -> None:
    import streamlit as st

    names, *others = columns
    told = [_breakable(name).replace("\u2060", "") for name in columns[names]]
    heads = [names, *others]
    shown = {_breakable(heads[place]): columns[heads[place]] for place in deciding if place}
    behind = {head: columns[head] for place, head in enumerate(heads) if place not in deciding}
    _draw({_breakable(names): told, **shown}, alt, header)
    if behind:
        with st.expander(plain(translate("More: {columns}", columns=listed(map(_breakable, behind))))):
            whole = {names: told, **behind}
            _draw(whole if len(behind) == 1 else stacked(whole), alt, header=len(behind) == 1)


def stacked(columns: Columns) -> dict[str, list[str]]:
    """The same cells in two columns: the first cell of a row above the others, each of which has its heading beside it.

    Cells in which nothing lies are left out, and rows of such cells alone.
    """
    names, *others = columns
    left: list[str] = []
    right: list[str] = []
    for row, name in enumerate(columns[names]):
        there = {head: columns[head][row] for head in others if columns[head][row]}
        told = [(head, cell) for head, cell in there.items() if cell != NOTHING]
        if there and not told:
            continue
        left.append(name if name.startswith((":", "**")) else f"**{name}**")
        right.append("")
        left += [note(_LINK.sub(r"\1", _breakable(head)).strip("*")) for head, _cell in told]
        right += [cell for _head, cell in told]
    return {"": left, " ": right}


def _breakable(text: str) -> str:
    """One line's text as one that may break again between its words."""
    return " ".join(text.split())


def _draw(columns: Columns, alt: str | None, header: bool) -> None:
    # Handed on as Arrow's own columns, which are what the browser gets: by way of pandas it took three times as long.
    import pyarrow as pa
    import streamlit as st

    data = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    st.table(data, border="horizontal", hide_header=not header, hide_index=True, alt=alt)
