"""Business: which business model pays, how sure is that, and what decides it?"""

from collections.abc import Mapping
from functools import partial

from dashboard import store
from dashboard.components.business import words
from dashboard.components.business.free_picture import free_picture
from dashboard.components.business.inputs_form import inputs_table, start_dialog
from dashboard.components.business.models_table import models_table
from dashboard.components.business.one_model import draw_model, margins, told
from dashboard.components.business.pairs import moving, pairs_form
from dashboard.components.business.plan_form import plan_form
from dashboard.components.business.prices_form import prices
from dashboard.components.business.scenarios import head, model_choice, opened, scenario_of
from dashboard.components.business.uncertainty import uncertainty
from dashboard.components.empty import empty_state
from dashboard.components.errors import live, shown
from dashboard.components.head import answer, page_head
from dashboard.components.ideas import no_ideas
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import business
from engine.business.compare import best
from engine.business.scenario import Estimate
from engine.errors import N_

QUESTION = N_("Which business model pays?")


def render() -> None:
    """One idea: the answer, one model in many futures, all models, why free fails, who pays, what it rests on."""
    ideas = {row.slug: row.name for row in store.portfolio()}
    if not ideas:
        page_head(_(QUESTION))
        no_ideas(_("An idea comes first; then what it may earn."), ":material/savings:")
        return
    slug = head(_(QUESTION), "business", ideas)
    given = scenario_of(slug)
    rows = business.compared(slug, given.scenario)
    top = best(rows)
    answer(f"{words.verdict(given.scenario, rows, top)} · {words.about(ideas[slug], given)}")
    if top is None:
        _nothing_known(slug, given)
    else:
        known = sorted((row.model for row in rows if row.outcome is not None), key=lambda m: m != top.model)
        model = model_choice(known)
        live(draw_model, None)(slug, given.scenario, model)
        told(next(row.findings for row in rows if row.model == model))
        with shown():
            moving(slug, given.scenario, model)
            uncertainty(given.scenario, model)
        models_table(rows, business.QUICK_PATHS)
        with shown():
            free_picture(given.scenario, known, top.model)
        with shown():
            margins(given.scenario, model)
    _typing(slug, given)


def _nothing_known(slug: str, given: business.Given) -> None:
    said = _("Type what you know below, or begin with common figures, marked as unchecked, and replace them.")
    place = empty_state(":material/savings:", _("Nothing to simulate yet"), said)
    start = partial(business.start_scenario, slug, key=given.key)
    if place.button(_("Start from common figures"), type="primary", icon=":material/flag:", key="business_start"):
        start_dialog(lambda author: start(author=author), opened)


def _typing(slug: str, given: business.Given) -> None:
    def change(changes: Mapping[str, Estimate | None], author: str, name: str) -> str:
        return business.change_inputs(slug, given.key, changes, author, name)

    inputs_table(given.scenario, change, opened)
    prices(slug, given, opened)
    pairs_form(given.scenario, partial(business.change_pairs, slug, given.key), opened)
    plan_form(given.scenario, partial(business.change_plan, slug, given.key), opened)


PAGE = Page(
    name="business", title=N_("Business"), icon=":material/savings:", section=N_("Money"), order=6, render=render
)
