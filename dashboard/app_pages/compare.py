"""Compare: how do these ideas differ?"""

from collections.abc import Sequence

import streamlit as st

from dashboard import store
from dashboard.components.decide.side_by_side import comparison_table, differing
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head
from dashboard.components.text import url
from dashboard.i18n import _
from dashboard.page import Page
from engine.errors import N_, InputError, UnknownName

ADDRESS, LEAST, MOST = "ideas", 2, 5


def render() -> None:
    """Choose two to five ideas; the address keeps them."""
    page_head(_("How do these ideas differ?"))
    rows = store.portfolio()
    if len(rows) < LEAST:
        answer(_("There are not two ideas to compare yet."))
        words = _("Write down another idea; then the two stand side by side on every measure.")
        place = empty_state(":material/balance:", _("Nothing to compare"), words)
        place.link_button(_("Write one down"), url("portfolio"), type="primary", icon=":material/add:")
        return
    head = st.container()
    chosen = _choose(rows)
    if not LEAST <= len(chosen) <= MOST:
        words = N_("Choose {least} to {most} ideas, not {count}.")
        show_error(InputError(words, least=LEAST, most=MOST, count=len(chosen)))
        return
    sheets = [store.product_sheet(slug) for slug in chosen]
    with head:
        answer(differing(sheets))
    comparison_table(sheets)


def _choose(rows: Sequence[store.ProductRow]) -> list[str]:
    names = {row.slug: row.name for row in rows}
    asked = [slug for slug in st.query_params.get(ADDRESS, "").split(",") if slug]
    if unknown := [slug for slug in asked if slug not in names]:
        show_error(UnknownName(N_("idea"), ", ".join(unknown), list(names)[:10]))
    begin = [slug for slug in asked if slug in names][:MOST] or list(names)[:LEAST]
    chosen = st.multiselect(
        _("Ideas"),
        list(names),
        default=begin,
        format_func=names.__getitem__,
        max_selections=MOST,
        key="compare_ideas",
        label_visibility="collapsed",
    )
    if chosen != begin:
        st.query_params[ADDRESS] = ",".join(chosen)
    return list(chosen)


PAGE = Page(
    name="compare", title=N_("Compare"), icon=":material/balance:", section=N_("Decide"), order=4, render=render
)
