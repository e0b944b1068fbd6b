"""Portfolio: which idea should we build next?"""

import streamlit as st

from dashboard import store
from dashboard.components.coming import portfolio_coming
from dashboard.components.dialogs import dialog, redraw_when_new
from dashboard.components.empty import empty_state
from dashboard.components.errors import live
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.idea_form import Idea, new_idea_form
from dashboard.components.money.budgets import alert
from dashboard.components.portfolio_board import (
    draw_evidence,
    draw_matrix,
    draw_ranking,
    evidence_note,
    lacks,
    leading_sentence,
    stage_filter,
    unmeasured,
)
from dashboard.components.text import go, url
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.ready import samples_come
from dashboard.store import money
from engine.errors import N_

SEEN = "portfolio_seen"


def render() -> None:
    """The ranking, the matrix and the figures behind them; adding an idea."""
    actions = page_head(_("Which idea should we build next?"))
    if actions.button(_("Add an idea"), type="primary", icon=":material/add:", key="portfolio_add"):
        _add_dialog()
    rows = store.portfolio()
    if not rows:
        _nothing_yet()
        return
    answer(leading_sentence(rows, store.system_state().workers_alive))
    alert(money.budgets(), money.product_names())
    live(_watch, 3.0 if samples_come() or any(row.runs_live for row in rows) else None)()
    left, right = st.columns([0.44, 0.56], gap="medium")
    with left:
        section_bar(_("Ranking"))
        draw_ranking(rows)
        unmeasured(rows)
    with right:
        section_bar(_("Quality against cost"))
        draw_matrix(rows)
    with section_bar(_("Evidence behind the ranking"), control=True):
        chosen = stage_filter(rows)
    draw_evidence(chosen, evidence_note())


def _nothing_yet() -> None:
    if samples_come():
        portfolio_coming(lambda: len(store.portfolio()))
        return
    answer(_("No idea is written down yet."))
    words = _("Write down an idea and bring examples: its first measured figures come within minutes.")
    place = empty_state(":material/lightbulb:", _("No ideas yet"), words)
    if place.button(_("Write one down"), icon=":material/add:", key="portfolio_first"):
        _add_dialog()
    place.link_button(_("Add data"), url("data", add=1))


def _watch() -> None:
    """Draw the page again when a figure or a run has changed; reads answer from the cache until then."""
    rows = store.portfolio()
    alive = store.system_state().workers_alive > 0
    figures = [(r.slug, r.runs_live, r.runs_complete, r.quality and r.quality.id, lacks(r)) for r in rows]
    now = samples_come(), alive, figures
    redraw_when_new(SEEN, now)


def _add_dialog() -> None:
    @dialog(_("Add an idea"), width="large")
    def ask() -> None:
        new_idea_form(_add, "idea")

    ask()


def _add(idea: Idea) -> None:
    slug = store.add_idea(**idea.fields, assumptions=idea.assumptions)
    go("product", idea=slug)


PAGE = Page(
    name="portfolio",
    title=N_("Portfolio"),
    icon=":material/bubble_chart:",
    section=N_("Decide"),
    order=1,
    render=render,
)
