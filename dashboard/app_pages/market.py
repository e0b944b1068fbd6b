"""Market: is there a market for this idea?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components import product_words
from dashboard.components.demand import words
from dashboard.components.demand.adoption import draw_adoption
from dashboard.components.demand.log import draw_log
from dashboard.components.demand.overview import draw_around
from dashboard.components.demand.picker import choose_idea, idea_of_market_page
from dashboard.components.demand.score import draw_score
from dashboard.components.demand.size_form import size_dialog
from dashboard.components.demand.size_picture import draw_approaches, draw_funnel
from dashboard.components.empty import empty_state
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.kpis import kpi_row
from dashboard.components.sheet import evidence_sheet
from dashboard.i18n import _, translate
from dashboard.page import Page
from dashboard.store import demand, signals
from engine.errors import N_
from engine.market.attractiveness import Attractiveness


def render() -> None:
    """One idea's market sheet: size, score, what surrounds it, and all evidence."""
    ideas = store.portfolio()
    slug = idea_of_market_page("market", ideas, _("Is there a market for this idea?"))
    if slug is None:
        return
    found = demand.demand(slug)
    size, score = demand.market_size(found), demand.score(found)
    actions = page_head(translate("Is there a market for {name}?", name=found.name))
    choose_idea(ideas, actions)
    write = partial(demand.size_market, slug)
    if actions.button(_("Size the market"), type="primary", icon=":material/edit_note:", key="market_size"):
        size_dialog(found.figures, write)
    answer(words.answer_words(found, size, score))
    kpi_row(words.key_figures(found, size))
    left, right = st.columns([0.46, 0.54], gap="medium")
    with left:
        section_bar(_("Size"))
        if words.is_sized(found):
            draw_funnel(found)
        else:
            said = _("Two figures are enough to begin: how many buyers there are, and what one would pay in a year.")
            place = empty_state(":material/filter_alt:", _("No size yet"), said)
            if place.button(_("Write them down"), icon=":material/edit_note:", key="market_first"):
                size_dialog(found.figures, write)
    with right:
        section_bar(_("What makes it attractive"))
        draw_score(found, score)
    draw_around(found, signals.linked(slug))
    _details(found, size, score)


def _details(found: demand.Demand, size: demand.MarketSize, score: Attractiveness) -> None:
    section_bar(_("Bottom-up against top-down"))
    draw_approaches(size)
    if found.figures:
        section_bar(_("Evidence"))
        evidence_sheet(product_words.plain_figures(found.figures.values()))
    with st.expander(_("How fast would it spread?"), icon=":material/show_chart:"):
        draw_adoption(demand.parsed_sales, demand.fit_curve)
    with st.expander(_("What was typed, by whom and when"), icon=":material/history:"):
        draw_log(found.log)


PAGE = Page(
    name="market", title=N_("Market"), icon=":material/travel_explore:", section=N_("Market"), order=1, render=render
)
