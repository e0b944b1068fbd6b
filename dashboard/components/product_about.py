"""What an idea is: for whom, why, whose, on which data; and the ways on from its page."""

from typing import TYPE_CHECKING

from dashboard.components.text import link, note, plain
from dashboard.i18n import _
from engine.wording.names import person
from engine.wording.notes import ours
from engine.wording.samples import idea_name

if TYPE_CHECKING:
    from dashboard.store import ProductSheet


def draw_about(sheet: "ProductSheet") -> None:
    """Draw it as labelled lines, without those that nothing was written in."""
    import streamlit as st

    slug = sheet.row.slug
    name = idea_name(sheet.row.slug, sheet.dataset_name or "")  # data of a sample bear its name
    data = link(name, "data", set=sheet.dataset_id) if sheet.dataset_name else plain(_("no data yet"))
    facts = {
        _("For"): plain(ours(sheet.customer)),
        _("Because"): plain(ours(sheet.hypothesis)),
        _("Owner"): plain(person(sheet.row.owner)),
        _("Data"): data,
    }
    lines = [f"{note(name)}  \n{text}" for name, text in facts.items() if text]
    ways = ((_("Compare runs"), "runs"), (_("Try it"), "demos"), (_("Risks"), "risks"))
    lines.append(" · ".join(link(words, page, idea=slug) for words, page in ways))
    st.markdown("\n\n".join(lines))
