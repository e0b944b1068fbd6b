"""Users: do people come back?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.demand import users_words as words
from dashboard.components.demand.events_form import events_dialog
from dashboard.components.demand.picker import choose_idea, idea_of_market_page
from dashboard.components.demand.users_pictures import draw_cohorts, draw_frequency, draw_funnel, draw_survival
from dashboard.components.empty import empty_state
from dashboard.components.errors import shown
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.kpis import kpi_row
from dashboard.components.text import note
from dashboard.i18n import _, translate
from dashboard.page import Page
from dashboard.store import demand
from engine.errors import N_
from engine.wording.names import SAMPLE


def render() -> None:
    """What the users of one idea do, by the newest file of events."""
    ideas = store.portfolio()
    slug = idea_of_market_page("users", ideas, _("Do people come back?"))
    if slug is None:
        return
    row = demand.users(slug)
    name = next(idea.name for idea in ideas if idea.slug == slug)
    actions = page_head(translate("Do people come back to {name}?", name=name))
    choose_idea(ideas, actions)
    bring = partial(events_dialog, demand.keep_upload, demand.look_at_events, partial(demand.import_events, slug))
    if actions.button(_("Bring events"), type="primary", icon=":material/upload:", key="users_bring"):
        bring()
    if row is None:
        _nothing_yet(slug)
        return
    answer(words.answer_words(row))
    kpi_row(words.key_figures(row))
    _pictures(row)
    st.markdown(note(words.about(row)))


def _nothing_yet(slug: str) -> None:
    answer(_("Not known yet: nobody has brought events."))
    said = _("A table of who did what and when becomes retention, churn and a funnel, all measured, within seconds.")
    place = empty_state(":material/group:", _("No events yet"), said)
    if demand.has_sample_events() and place.button(
        _("Look at a sample"),
        icon=":material/shopping_bag:",
        key="users_sample",
        help=_("Real purchases of 23,570 customers of CDNOW, 1997-98. They are shown and are no evidence of the idea."),
    ):
        with shown(), st.spinner(_("Counting …")):
            demand.import_sample_events(slug, SAMPLE)
            st.rerun()


def _pictures(row: demand.BehaviourRow) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(_("Who is still there"))
        draw_survival(row.summary["survival"])
    with right:
        if row.summary["funnel"]:
            section_bar(_("Funnel"))
            draw_funnel(row.summary["funnel"])
        else:
            section_bar(_("How often they come"))
            draw_frequency(row.summary["frequency"], row.summary["users"])
    section_bar(_("Cohorts by first month"))
    draw_cohorts(row)
    if row.summary["funnel"]:
        section_bar(_("How often they come"))
        draw_frequency(row.summary["frequency"], row.summary["users"])


PAGE = Page(name="users", title=N_("Users"), icon=":material/group:", section=N_("Market"), order=3, render=render)
