"""Which idea a page of the section Market is about; the address keeps it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.address import kept_selectbox
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head
from dashboard.components.text import link, url
from dashboard.i18n import _
from engine.errors import N_, UnknownName

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.store import ProductRow


def idea_of_page(ideas: "Sequence[ProductRow]", question: str) -> str | None:
    """The address of the idea that the page is about.

    None when there is none or none of that address, which is said under `question` with what there is.
    """
    import streamlit as st

    asked = st.query_params.get("idea")
    known = {row.slug: row.name for row in ideas}
    if not known:
        page_head(question)
        answer(_("No idea is written down yet."))
        place = empty_state(
            ":material/lightbulb:", _("No ideas yet"), _("A market belongs to an idea: it comes first.")
        )
        place.link_button(_("Write one down"), url("portfolio"), type="primary", icon=":material/add:")
        return None
    if asked is not None and asked not in known:
        page_head(question)
        show_error(UnknownName(N_("idea"), asked, list(known)))
        st.markdown("\n".join(f"- {link(name, _page(), idea=slug)}" for slug, name in known.items()))
        return None
    return asked or ideas[0].slug


def _page() -> str:
    """Whose page this is, by the address."""
    import streamlit as st

    path = (st.context.url or "").split("?")[0].rstrip("/").rpartition("/")[2]
    return path if path in ("market", "users", "competition", "obligations") else "market"


def choose_idea(ideas: "Sequence[ProductRow]", place: "DeltaGenerator") -> None:
    """Draw the choice, where there are several."""
    import streamlit as st

    if len(ideas) < 2:
        return
    before = st.query_params.get("idea") or ideas[0].slug
    names = {row.slug: row.name for row in ideas}
    if kept_selectbox("idea", list(names), names.__getitem__, _("Idea"), place) != before:
        st.rerun()
