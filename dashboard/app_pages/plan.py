"""Plan: where should the money go?"""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.decide.lens_forms import rice_dialog, weights_dialog
from dashboard.components.decide.lenses import differing, lenses_table, nine_box_map, weights_words
from dashboard.components.decide.means import means_form, means_of_address, report_url, save_button, terms_of_address
from dashboard.components.decide.next_steps import gaps_part, next_part, told_queued
from dashboard.components.decide.planned import plan_part
from dashboard.components.decide.ranked import leading, ranking_table, unknown_ideas, values_chart
from dashboard.components.decide.terms import terms_dialog
from dashboard.components.errors import show_error, shown
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ideas import no_ideas
from dashboard.components.text import link, note, plain
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import plans
from engine.errors import N_, ProspectusError


def render() -> None:
    """The founder's means, the ranking under them, what to find out first, and the plan."""
    actions = page_head(_("Where should the money go?"))
    names = {row.slug: row.name for row in store.portfolio()}
    if not names:
        no_ideas(_("Write down ideas and what their businesses could be; then they can be compared in money."))
        return
    founder = means_of_address()
    if founder is None:
        answer(_("Say what you have, and the ideas are ranked by what they are worth to you."))
        means_form(None, names)
        _saved()
        return
    actions.link_button(_("Report"), report_url(founder), icon=":material/description:", type="tertiary")
    save_button(actions, founder)
    with shown():
        _answered(founder, names)
    section_bar(_("Your means"))
    means_form(founder, names)
    _saved()


def _answered(founder: plans.Founder, names: Mapping[str, str]) -> None:
    ranking = plans.ranking(founder)
    answer(leading(ranking, founder))
    known = any(idea.standing.p_best for idea in ranking.ideas)
    if known:
        left, right = st.columns([0.54, 0.46], gap="medium")
        with left:
            section_bar(_("Ranking"))
            ranking_table(ranking.ideas)
        with right:
            section_bar(_("What they could be worth"))
            values_chart(ranking.ideas)
    unknown_ideas(ranking.ideas)
    told_queued()
    if known:
        section_bar(_("Find out first"))
        next_part(ranking)
    with shown():
        gaps_part(tuple(idea.slug for idea in ranking.ideas))
    if known:
        ask = partial(terms_dialog, names, plans.terms(founder), terms_of_address)
        plan_part(plans.allocation(founder), founder, ask)
    with shown():
        _lenses(ranking, founder)


def _lenses(ranking: plans.Ranking, founder: plans.Founder) -> None:
    with st.spinner(_("Looking through other lenses")):
        found = plans.lenses(founder)
    if isinstance(found, ProspectusError):
        section_bar(_("Through other lenses"))
        show_error(found)
        return
    with section_bar(_("Through other lenses"), control=True):
        if st.button(_("Weights"), icon=":material/balance:", key="plan_weights"):
            weights_dialog(found.weights, plans.save_weights, plans.save_pairs)
        if st.button("RICE", icon=":material/calculate:", key="plan_rice"):
            rice_dialog({idea.slug: idea for idea in found.ideas}, plans.save_rice)
    st.markdown(differing(found, ranking))
    lenses_table(found, ranking)
    st.markdown(note(plain(weights_words(found.weights, found.weighed))))
    nine_box_map(found)


def _saved() -> None:
    rows = plans.what_ifs()
    if rows:
        links = ", ".join(link(row.name, "plan", what=row.key) for row in rows[:8])
        st.markdown(note(f"{plain(_('Saved:'))} {links}"))


PAGE = Page(
    name="plan",
    title=N_("Plan"),
    icon=":material/savings:",
    section=N_("Decide"),
    order=3,
    render=render,
)
