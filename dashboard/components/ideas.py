"""Which idea a page is about: the way to the others, and what stands where there is none, or none of that name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head
from dashboard.components.text import go, link, url
from dashboard.i18n import _
from engine.errors import N_, UnknownName

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def no_ideas(words: str, icon: str = ":material/lightbulb:") -> None:
    """Say that no idea is written down, what would then stand here, and where to write one down."""
    answer(_("No idea is here yet."))
    place = empty_state(icon, _("No ideas yet"), words, sampled=True)
    place.link_button(_("Write one down"), url("portfolio"), type="primary", icon=":material/add:")


def idea_of_page(page: str, ideas: Mapping[str, str], question: str, words: str) -> str | None:
    """The idea (of short names to names) that the address names, or the first.

    None where there is none, or none of that name: then the page is drawn, with `question` as its title.
    """
    import streamlit as st

    asked = st.query_params.get("idea") or next(iter(ideas), None)
    if asked is not None and asked in ideas:
        return asked
    page_head(question)
    if asked is None:
        no_ideas(words)
        return None
    show_error(UnknownName(N_("idea"), asked, list(ideas)))
    st.markdown("\n".join(f"- {link(name, page, idea=slug)}" for slug, name in ideas.items()))
    return None


def other_ideas(place: "DeltaGenerator", page: str, ideas: Mapping[str, str], slug: str) -> None:
    """Draw the menu that leads to the same page of another idea, where there is another."""
    others = [other for other in ideas if other != slug]
    if not others:  # a menu without choices is refused
        return
    chosen = place.menu_button(
        _("Other ideas"), others, format_func=ideas.__getitem__, type="tertiary", key=f"{page}_other"
    )
    if chosen:
        go(page, idea=chosen)
