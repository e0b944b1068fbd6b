"""Signals as a list that is read: title, what each field says and how surely, ideas, and the way to correct it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard.components.entry import entry
from dashboard.components.signals.words import ARROWS, sure, value_name
from dashboard.components.text import link, note, plain
from dashboard.i18n import _, _n, translate

if TYPE_CHECKING:
    from dashboard.store.signals import Signal

ROWS = 10
BADGES = {"technology": "blue", "market": "violet", "policy": "yellow", "none": "gray"}
SHOWN = ("topic", "region", "horizon", "impact", "sentiment")


def draw_list(rows: "Sequence[Signal]", correct: "Callable[[Signal], None]") -> None:
    """Draw a page of them; each with a button that opens its form."""
    import streamlit as st

    pages = -(-len(rows) // ROWS)
    place = st.container(gap="small")
    at = int(st.pagination(pages, key="signals_page")) - 1 if pages > 1 else 0
    with place:
        for row in rows[at * ROWS : (at + 1) * ROWS]:
            if entry([_title(row), _said(row), note(_about(row))], _("Correct"), f"signal_{row.id}"):
                correct(row)


def _title(row: "Signal") -> str:
    title = f"**{plain(row.title)}**"
    return f"[{title}](<{row.url}>)" if row.url.startswith(("http://", "https://")) and ">" not in row.url else title


def _said(row: "Signal") -> str:
    """Dimension and direction with their probability; the others in words, theirs stand in the form."""
    dimension, direction = row.fields["dimension"], row.fields["direction"]
    badge = f":{BADGES[dimension.value]}-badge[{plain(value_name(dimension.value))} {plain(sure(dimension.p))}]"
    way = f"{ARROWS[direction.value]} {value_name(direction.value)} {sure(direction.p)}"
    rest = [value_name(row.value(name)) for name in SHOWN if row.value(name) != "other"]
    return f"{badge} {plain(' · '.join([way, *rest]))}"


def _about(row: "Signal") -> str:
    parts = [plain(row.day.isoformat()), plain(translate("brought by {name}", name=row.author))]
    if row.repeats:
        said = _n("{n} document repeats it", "{n} documents repeat it", row.repeats).format(n=row.repeats)
        parts.append(plain(said))
    parts += [_idea(one.slug, one.name, one.p) for one in row.links]
    if not row.links:
        parts.append(plain(_("linked to no idea")))
    return " · ".join(parts)


def _idea(slug: str, name: str, p: float | None) -> str:
    return f"{link(name, 'market', idea=slug)} {plain(sure(p))}"
