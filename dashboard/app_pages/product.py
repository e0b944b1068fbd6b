"""Product: is this idea good enough?"""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components import product_words as words
from dashboard.components.adopt import adopt_form, candidates_table, stands_on
from dashboard.components.badges import grade_legend
from dashboard.components.decision import decision_card
from dashboard.components.dialogs import redraw_when_new
from dashboard.components.empty import empty_state
from dashboard.components.errors import live
from dashboard.components.gate import gate_card
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ideas import idea_of_page, other_ideas
from dashboard.components.kpis import kpi_row
from dashboard.components.product_about import draw_about
from dashboard.components.product_dialogs import assumptions_dialog, decision_dialog, idea_dialog
from dashboard.components.sheet import evidence_sheet
from dashboard.components.text import note, plain, url
from dashboard.i18n import _
from dashboard.page import Page
from engine.errors import N_

SEEN = "product_seen"


def render() -> None:
    """One idea: verdict, key figures, evidence, the run it stands on, gate and decision."""
    ideas = {row.slug: row.name for row in store.portfolio()}
    nothing = _("An idea comes first; its sheet fills by itself.")
    slug = idea_of_page("product", ideas, _("Is the idea good enough to build?"), nothing)
    if slug is None:
        return
    sheet = store.product_sheet(slug)
    _head(sheet, ideas)
    answer(words.verdict(sheet))
    kpi_row(words.key_figures(sheet.row))
    if said := words.money_note(sheet.row):
        st.markdown(note(plain(said)))
    live(_watch, 3.0 if sheet.row.runs_live else None)(slug)
    left, right = st.columns([0.71, 0.29], gap="medium")
    with left:
        _evidence(sheet)
        _runs(sheet)
    with right:
        if sheet.gates:
            gate_card(words.next_stage(sheet.row), words.checks(sheet))
        decision_card(words.decisions(sheet.decisions))
        draw_about(sheet)


def _head(sheet: store.ProductSheet, ideas: Mapping[str, str]) -> None:
    slug = sheet.row.slug
    actions = page_head(words.question(sheet.row))
    other_ideas(actions, "product", ideas, slug)
    actions.link_button(_("Memo"), url("reports", idea=slug), icon=":material/description:", type="tertiary")
    if actions.button(_("Assumptions"), icon=":material/edit_note:", key="product_assume"):
        assumptions_dialog(sheet, partial(store.assume, slug))
    if actions.button(_("Decide"), type="primary", icon=":material/gavel:", key="product_decide"):
        decision_dialog(partial(store.decide, slug))


def _evidence(sheet: store.ProductSheet) -> None:
    with section_bar(_("Evidence"), control=True):
        if st.button(_("Change the idea"), icon=":material/edit:", type="tertiary", key="product_edit"):
            known = {data.id: data.name for data in store.datasets()}
            idea_dialog(sheet, known, partial(store.edit_idea, sheet.row.slug))
    ticks = _("Ticks: the bar of the deciding measure, the naive baseline of the others.")
    st.markdown(note(f"{plain(ticks)} {grade_legend()}"))
    if sheet.figures:
        evidence_sheet(words.sheet_figures(sheet))
    else:
        said = _("Bring examples: the first run measures quality, speed and cost within seconds.")
        place = empty_state(":material/dataset:", _("No evidence yet"), said, sampled=sheet.row.sample)
        place.link_button(_("Add data"), url("data", add=1, idea=sheet.row.slug), icon=":material/add:")


def _runs(sheet: store.ProductSheet) -> None:
    slug = sheet.row.slug
    with section_bar(_("The run it stands on"), control=True):
        st.link_button(_("New run"), url("tune", idea=slug), icon=":material/add:")
    st.markdown(plain(stands_on(sheet)))
    if sheet.candidates:
        candidates_table(sheet)
        adopt_form(sheet, partial(store.adopt_run, slug), "product")


def _watch(slug: str) -> None:
    """Draw the page again when a figure of the idea has changed."""
    sheet = store.product_sheet(slug)
    redraw_when_new(f"{SEEN}_{slug}", ([figure.id for figure in sheet.figures], sheet.row.runs_live))


PAGE = Page(
    name="product", title=N_("Product"), icon=":material/fact_check:", section=N_("Decide"), order=2, render=render
)
