"""Obligations: what must this idea comply with?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.address import kept_segments
from dashboard.components.demand.picker import choose_idea, idea_of_market_page
from dashboard.components.empty import empty_state
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.kpis import kpi_row
from dashboard.components.obligations import words
from dashboard.components.obligations.forms import questions_dialog, stand_dialog
from dashboard.components.obligations.listing import draw_duties, draw_grants
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from dashboard.page import Page
from dashboard.store import obligations
from engine.errors import N_
from engine.market.obligations import REGIONS, Grant, Obligation

ALL = "all"


def render() -> None:
    """One idea's checklist of laws and rules, and programmes that may pay."""
    ideas = store.portfolio()
    slug = idea_of_market_page("obligations", ideas, _("What must this idea comply with?"))
    if slug is None:
        return
    found = obligations.duties(slug)
    actions = page_head(translate("What must {name} comply with?", name=found.name))
    choose_idea(ideas, actions)
    ask = partial(questions_dialog, found.answers, partial(obligations.answer_questions, slug))
    if actions.button(_("Answer questions"), type="primary", icon=":material/quiz:", key="duties_ask"):
        ask()
    if not found.begun:
        answer(_("Not known yet: no question is answered."))
        said = _("Seventeen questions, three minutes: they decide which rules of the EU, the US and China apply.")
        place = empty_state(":material/gavel:", _("No checklist yet"), said)
        if place.button(_("Begin the checklist"), icon=":material/quiz:", key="duties_first"):
            ask()
        st.markdown(note(plain(_caution())))
        return
    answer(words.answer_words(found))
    kpi_row(words.key_figures(found))

    def change(entry: Obligation | Grant, status: str, said: "obligations.Said | None") -> None:
        stand_dialog(entry, status, said, partial(obligations.set_obligation, slug, entry.key))

    with section_bar(_("Laws and rules"), note=plain(_caution()), control=True):
        region = kept_segments(
            "region", (ALL, *REGIONS), lambda name: _("All") if name == ALL else _(name), _("Region")
        )
    draw_duties(found, region, change)
    said = _("Programmes by name, without amounts: type what may come in once you have read their terms.")
    section_bar(_("Grants and subsidies"), note=plain(said))
    draw_grants(found, change)


def _caution() -> str:
    return _("Written from memory and checked by nobody: a list to begin with, no legal advice.")


PAGE = Page(
    name="obligations",
    title=N_("Obligations"),
    icon=":material/gavel:",
    section=N_("Market"),
    order=6,
    render=render,
)
