"""Unit economics: what is a customer worth, against what winning it costs, and does what was seen agree?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.business import words
from dashboard.components.business.actuals_view import bring_form, lifetimes, plan_beside
from dashboard.components.business.cohort_view import cohort_view
from dashboard.components.business.customer_side import customer_side, plans_table
from dashboard.components.business.one_model import margins
from dashboard.components.business.scenarios import head, model_choice, opened, scenario_of
from dashboard.components.business.unit_table import key_figures, unit_table, verdict
from dashboard.components.empty import empty_state
from dashboard.components.errors import shown
from dashboard.components.head import answer, page_head
from dashboard.components.ideas import no_ideas
from dashboard.components.kpis import kpi_row
from dashboard.components.text import url
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import business
from engine.business.compare import best
from engine.errors import N_

QUESTION = N_("What is a customer worth?")


def render() -> None:
    """One idea: worth against cost of a customer, by model; plans; the customer's side; plan against actual."""
    ideas = {row.slug: row.name for row in store.portfolio()}
    if not ideas:
        page_head(_(QUESTION))
        no_ideas(_("An idea comes first."), ":material/loyalty:")
        return
    slug = head(_(QUESTION), "unit_economics", ideas)
    given = scenario_of(slug)
    rows = business.compared(slug, given.scenario)
    known = [row.model for row in rows if row.outcome is not None]
    top = best(rows)
    if top is None:
        answer(f"{words.verdict(given.scenario, rows, top)} · {words.about(ideas[slug], given)}")
        place = empty_state(
            ":material/savings:", _("Nothing to simulate yet"), _("Type what you know of the business.")
        )
        place.link_button(_("To the business"), url("business", idea=slug), type="primary", icon=":material/savings:")
    else:
        first = st.container()
        model = model_choice(sorted(known, key=lambda m: m != top.model))
        outcome = next(row.outcome for row in rows if row.model == model)
        assert outcome is not None
        with first:
            answer(f"{verdict(outcome)} · {words.about(ideas[slug], given)}")
        kpi_row(key_figures(outcome))
        unit_table(rows)
        with shown():
            cohort_view(slug, given.scenario, model)
        with shown():
            margins(given.scenario, model)
        with shown():
            plans_table(given.scenario, model)
        customer_side(given.scenario, model)
        with shown():
            plan_beside(slug, given.scenario, model, partial(business.use_actuals, slug, given.key), opened)
    lifetimes(slug)
    bring_form(slug, planned=top is not None)


PAGE = Page(
    name="unit_economics",
    title=N_("Customers"),
    icon=":material/loyalty:",
    section=N_("Money"),
    order=7,
    render=render,
)
