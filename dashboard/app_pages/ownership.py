"""Ownership: what does it cost to own?"""

from dataclasses import replace

import streamlit as st

from dashboard import store
from dashboard.components.badges import grade_legend
from dashboard.components.errors import live
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ideas import idea_of_page, other_ideas
from dashboard.components.kpis import kpi_row
from dashboard.components.ownership.inputs import fill_dialog, inputs_table
from dashboard.components.ownership.levers import draw_levers
from dashboard.components.ownership.moves import moved
from dashboard.components.ownership.pictures import draw_tornado, draw_waterfall
from dashboard.components.ownership.words import key_figures, verdict
from dashboard.components.text import note
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import serving
from engine.costs.ownership.levers import levers
from engine.costs.ownership.model import ownership
from engine.errors import N_


def render() -> None:
    """One idea over one to three years: what it adds up to, what moves it, what would make it cheaper."""
    ideas = {row.slug: row.name for row in store.portfolio()}
    question = _("What does it cost to own?")
    slug = idea_of_page("ownership", ideas, question, _("An idea comes first; its costs follow."))
    if slug is None:
        return
    actions = page_head(question)
    other_ideas(actions, "ownership", ideas, slug)
    case = serving.ownership_case(slug)
    if actions.button(_("Write down an input"), type="primary", icon=":material/edit_note:", key="ownership_fill"):
        fill_dialog(case, serving.assume_ownership)
    live(_months, None)(case, serving.measured_levers(slug))
    section_bar(_("What it is computed from"))
    inputs_table(case)
    st.markdown(note(grade_legend()))


def _months(case: serving.OwnershipCase, tested: serving.Tested) -> None:
    """What moves with the sliders: no database is asked for it."""
    head, figures = st.container(), st.container()
    months, given, served_by, region = moved(case, f"ownership_{case.slug}")
    found = ownership(given, months, served_by)
    carbon = serving.carbon_of(replace(case, given=given), served_by, region)
    with head:
        answer(verdict(case.name, found))
    with figures:
        kpi_row(key_figures(found, given, carbon))
    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(_("Where the money goes"))
        draw_waterfall(case.name, found)
    with right:
        section_bar(_("What moves it"))
        draw_tornado(found, given)
    section_bar(_("What would make it cheaper"))
    draw_levers(case.slug, tested, levers(given, months, served_by, list(tested.others)))


PAGE = Page(
    name="ownership",
    title=N_("Ownership"),
    icon=":material/account_balance_wallet:",
    section=N_("Money"),
    order=4,
    render=render,
)
