"""Risks: what could go wrong?"""

import streamlit as st

from dashboard import store
from dashboard.components.address import kept_selectbox
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ideas import no_ideas
from dashboard.components.risks.forms import add_dialog, see_dialog
from dashboard.components.risks.register import before_part, register_table, risk_map, said_of_risks
from dashboard.components.text import plain
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import decisions
from engine.errors import N_, UnknownName

ALL = "all"


def render() -> None:
    """The register of one idea or of all: the map, the rows, and how one was seen before."""
    actions = page_head(_("What could go wrong?"))
    ideas = {row.slug: row.name for row in store.portfolio()}
    if not ideas:
        no_ideas(_("A risk belongs to an idea: write one down first."))
        return
    asked = st.query_params.get("idea")
    if asked is not None and asked not in ideas:
        show_error(UnknownName(N_("idea"), asked, list(ideas)))
    names = {ALL: _("All ideas"), **ideas}
    slug = kept_selectbox("idea", list(names), names.__getitem__, _("Idea"), actions)
    if actions.button(_("Add a risk"), type="primary", icon=":material/add:", key="risks_add"):
        add_dialog(ideas, None if slug == ALL else slug, decisions.add_risk)
    rows = decisions.risk_register(None if slug == ALL else slug)
    answer(said_of_risks(rows))
    if not rows:
        words = _("Data, talent, law, competition, cost: write down what could stop the idea, and who looks after it.")
        place = empty_state(":material/shield:", _("No risk is written down"), words)
        if place.button(_("Write one down"), icon=":material/add:", key="risks_first"):
            add_dialog(ideas, None if slug == ALL else slug, decisions.add_risk)
        return
    risk_map(rows)
    section_bar(_("Register"))
    register_table(rows)
    by_id = {str(row.id): row for row in rows}
    with section_bar(_("How it was seen"), control=True):
        chosen = by_id[kept_selectbox("risk", list(by_id), lambda k: by_id[k].title, _("Risk"), width=330)]
        if st.button(_("See it anew"), icon=":material/edit:", key="risks_see"):
            see_dialog(chosen, decisions.see_risk)
    st.markdown(f"**{plain(chosen.title)}**")
    before_part(chosen)


PAGE = Page(name="risks", title=N_("Risks"), icon=":material/shield:", section=N_("Decide"), order=6, render=render)
