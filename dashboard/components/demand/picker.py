"""Which idea a page of the section Market is about; the address keeps it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.address import kept_selectbox
from dashboard.components.ideas import idea_of_page
from dashboard.i18n import _

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.store import ProductRow


def idea_of_market_page(page: str, ideas: "Sequence[ProductRow]", question: str) -> str | None:
    """The address of the idea that the page is about; None when the page is drawn without one."""
    names = {row.slug: row.name for row in ideas}
    return idea_of_page(page, names, question, _("A market belongs to an idea: it comes first."))


def choose_idea(ideas: "Sequence[ProductRow]", place: "DeltaGenerator") -> None:
    """Draw the choice, where there are several."""
    import streamlit as st

    if len(ideas) < 2:
        return
    before = st.query_params.get("idea") or ideas[0].slug
    names = {row.slug: row.name for row in ideas}
    if kept_selectbox("idea", list(names), names.__getitem__, _("Idea"), place) != before:
        st.rerun()
