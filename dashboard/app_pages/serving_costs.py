"""Serving costs: serve it ourselves or buy an API?"""

import streamlit as st

from dashboard import formats, store
from dashboard.components.badges import grade_legend
from dashboard.components.empty import empty_state
from dashboard.components.errors import live, show_error
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ideas import idea_of_page, other_ideas
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.serving.controls import question_form
from dashboard.components.serving.levers import levers_table
from dashboard.components.serving.pictures import draw_speed, draw_volume
from dashboard.components.serving.words import key_figures, sources, verdict
from dashboard.components.text import note, plain, url
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import serving
from engine.errors import N_, ProspectusError
from engine.wording.notes import note_words

CO2 = "cost.kg_co2_per_1k_requests"


def render() -> None:
    """One idea: both ways over volume, how fast its models answer, and what moves the cost."""
    ideas = {row.slug: row.name for row in store.portfolio()}
    question = _("Serve it ourselves or buy an API?")
    slug = idea_of_page("serving_costs", ideas, question, _("An idea comes first, then a measured run."))
    if slug is None:
        return
    other_ideas(page_head(question), "serving_costs", ideas, slug)
    _one(slug)


def _one(slug: str) -> None:
    case = serving.serving_case(slug)
    if not case.served:
        answer(_("**Unknown**: no finished run of this idea was measured while serving."))
        words = _("A first run measures its speed within seconds; its cost then stands here.")
        place = empty_state(":material/speed:", _("Nothing measured yet"), words)
        place.link_button(_("Train one"), url("tune", idea=slug), type="primary", icon=":material/play_arrow:")
        return
    live(_compare, None)(slug)


def _compare(slug: str) -> None:
    """Everything that moves with the controls; they stand below the answer and above the picture."""
    case = serving.serving_case(slug)
    head, figures = st.container(), st.container()
    asked = question_form(case, f"serving_{slug}")
    try:
        found = serving.answer(case, asked)
    except ProspectusError as error:
        show_error(error)
        return
    with head:
        answer(f"{plain(case.name)}: {verdict(found)}")
    with figures:
        kpi_row(key_figures(found, _carbon(slug)))
    section_bar(_("Money a month over volume"))
    draw_volume(found)
    st.markdown(note(f"{sources(found)} {grade_legend()}"))
    section_bar(_("How fast the models answer"), note=_("Each point is a measured load: 1, 2, 4 … requests at once."))
    draw_speed(case, found, asked.percentile, asked.latency_ms or case.latency_limit_ms)
    section_bar(_("What moves the cost"))
    levers_table(case, asked, found)


def _carbon(slug: str) -> Kpi | None:
    figure = next((f for f in store.product_sheet(slug).figures if f.measure == CO2), None)
    if figure is None:
        return None
    value = formats.grams(figure.value)
    ends = "" if figure.low is None or figure.high is None else (formats.grams(figure.low), formats.grams(figure.high))
    return Kpi(
        _("CO₂ per 1,000"), value, figure.grade, formats.between(*ends) if ends else "", plain(note_words(figure.note))
    )


PAGE = Page(
    name="serving_costs",
    title=N_("Serve or buy"),
    icon=":material/compare_arrows:",
    section=N_("Money"),
    order=3,
    render=render,
)
