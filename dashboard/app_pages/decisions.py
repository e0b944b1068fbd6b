"""Decisions: what was decided, and was it right?"""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import store
from dashboard.components.address import kept_selectbox
from dashboard.components.decide.log import due_cards, log_table, log_title, rested_part, said_of_all
from dashboard.components.decide.roadmap import roadmap_part
from dashboard.components.decide.steps import board_columns, gates_table
from dashboard.components.decide.verdict_forms import decide_dialog, outcome_dialog
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ideas import no_ideas
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import decisions, plans
from engine.errors import N_, UnknownName


def render() -> None:
    """Reviews that are due, the board over steps, the roadmap and the log."""
    actions = page_head(_("What did we decide, and was it right?"))
    ideas = {row.slug: row.name for row in store.portfolio()}
    if not ideas:
        no_ideas(_("Decisions are about ideas: write one down, and see what each step asks of it."))
        return
    if actions.button(_("Decide"), type="primary", icon=":material/gavel:", key="decisions_decide"):
        decide_dialog(ideas, store.decide)
    log, placed = decisions.log(), decisions.board()
    answer(said_of_all(log, placed, date.today()))
    due_cards(log, date.today())
    section_bar(_("How far each idea is"), note=_("An idea stands at the first step that still lacks something."))
    board_columns(placed)
    gates_table(placed)
    roadmap_part(log, plans.what_ifs())
    section_bar(_("Log"))
    if not log:
        words = _("Go, hold or stop, with one sentence why: what the ledger says that day is kept with it.")
        place = empty_state(":material/gavel:", _("Nothing decided yet"), words)
        if place.button(_("Decide now"), icon=":material/gavel:", key="decisions_first"):
            decide_dialog(ideas, store.decide)
        return
    log_table(log)
    _one(log)


def _one(log: Sequence[decisions.LoggedDecision]) -> None:
    by_id = {str(row.id): row for row in log}
    asked = st.query_params.get("decision")
    if asked is not None and asked not in by_id:
        show_error(UnknownName(N_("decision"), asked, [log_title(row) for row in log[:10]]))
    with section_bar(_("What it rested on, and what is known now"), control=True):
        chosen = kept_selectbox("decision", list(by_id), lambda key: log_title(by_id[key]), _("Decision"), width=330)
        if st.button(_("What came of it"), icon=":material/flag:", key="decisions_outcome"):
            outcome_dialog(by_id[chosen], decisions.record_outcome)
    rested_part(by_id[chosen], decisions.then_and_now(by_id[chosen].id))


PAGE = Page(
    name="decisions", title=N_("Decisions"), icon=":material/gavel:", section=N_("Decide"), order=5, render=render
)
