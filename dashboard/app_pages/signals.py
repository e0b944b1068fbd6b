"""Signals: what is changing around our ideas?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.address import kept_segments, kept_selectbox
from dashboard.components.author import STATE_KEY
from dashboard.components.empty import empty_state
from dashboard.components.errors import guarded, show_error
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.signals import words
from dashboard.components.signals.forms import bring_dialog, correct_dialog, say_what_came
from dashboard.components.signals.listing import draw_list
from dashboard.components.signals.pictures import draw_radar, draw_timeline
from dashboard.components.signals.reader import draw_reader
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import signals
from engine.errors import N_, UnknownName

ALL, NEW = "all", "new"


def render() -> None:
    """Signals of all ideas or of one: what is new, the radar, the timeline, the list, and who reads."""
    rows = signals.signals()
    actions = page_head(_("What is changing around our ideas?"))
    bring = partial(bring_dialog, signals.bring_text, signals.bring_url, signals.bring_file)
    ideas = {row.slug: row.name for row in store.portfolio()}
    if rows and len(ideas) > 1:
        chosen = kept_selectbox(
            "idea", ["", *ideas], lambda slug: ideas.get(slug) or _("All ideas"), _("Idea"), actions
        )
    else:
        chosen = ""
    if actions.button(_("Add documents"), type="primary", icon=":material/add_notes:", key="signals_add"):
        bring()
    say_what_came()
    asked = st.query_params.get("idea")
    if asked is not None and asked not in ideas:
        show_error(UnknownName(N_("idea"), asked, list(ideas)))
    if not rows:
        answer(_("Not known yet: nobody has brought a document."))
        said = _("Paste an article, bring files or a feed: each becomes a signal within seconds.")
        place = empty_state(":material/radar:", _("No signals yet"), said)
        if place.button(_("Bring the first one"), icon=":material/add_notes:", key="signals_first"):
            bring()
        return
    before = signals.visited_before(st.session_state.get(STATE_KEY, ""))
    shown = [row for row in rows if not chosen or any(link.slug == chosen for link in row.links)]
    fresh = words.since(shown, before)
    answer(words.answer_words(shown, fresh, before))
    if not shown:
        _none_of(ideas.get(chosen, chosen))
        return
    draw_radar(shown)
    mentions = signals.mentions() if not chosen else tuple(_mention(row) for row in shown)
    guarded(draw_timeline)(mentions, signals.changes)
    _list(shown, fresh, ideas)
    with st.expander(_("Who reads the dimension?"), icon=":material/school:"):
        draw_reader(signals.reading(), signals.usual_reader(), signals.use_classifier, signals.signals_to_data)


def _none_of(name: str) -> None:
    said = _("Links come from shared words or by hand: show all ideas and correct the signal that concerns it.")
    place = empty_state(":material/link_off:", _("No signal concerns this idea"), said)
    if place.button(_("Show all ideas"), icon=":material/radar:", key="signals_all", help=name):
        st.query_params.pop("idea", None)
        st.session_state.pop("address_idea", None)
        st.rerun()


def _mention(row: "signals.Signal") -> "signals.Mention":
    return signals.Mention(row.day, row.value("dimension"), row.value("sentiment"))


def _list(rows: "list[signals.Signal]", fresh: "list[signals.Signal]", ideas: dict[str, str]) -> None:
    names = {ALL: _("All"), NEW: _("New"), **{name: words.value_name(name) for name in (*words.DIMENSIONS, "none")}}
    with section_bar(_("All signals"), control=True):
        kind = kept_segments("show", list(names), names.__getitem__, _("Which signals"))
    listed = fresh if kind == NEW else [row for row in rows if kind in (ALL, row.value("dimension"))]
    if not listed:
        st.markdown(_("None of this kind."))
    draw_list(
        listed,
        lambda row: correct_dialog(row, signals.VALUES, ideas, signals.correct_signal, signals.link_signal),
    )


PAGE = Page(name="signals", title=N_("Signals"), icon=":material/radar:", section=N_("Market"), order=5, render=render)
