"""Demos: does it work on your own text?"""

from collections.abc import Sequence

import streamlit as st

from dashboard import models, store
from dashboard.components.demo_card import (
    Contestant,
    agreement,
    contestant_name,
    demo_card,
    demo_input,
    starting_pair,
)
from dashboard.components.empty import empty_state
from dashboard.components.head import answer, page_head
from dashboard.components.text import url
from dashboard.i18n import _
from dashboard.page import Page
from engine.errors import N_, ProspectusError

ASKED, SAID = "demo_asked", "demo_said"
FEW_LABELS = 4


def render() -> None:
    """One input, two models side by side."""
    actions = page_head(_("Does it work on your own text?"))
    ideas = {row.slug: row for row in store.portfolio() if row.runs_complete}
    if not ideas:
        _nothing_yet()
        return
    answer(_("Both models read the same input. Each request is metered like a customer’s."))
    asked = st.query_params.get("idea")
    slug = actions.selectbox(
        _("Idea"),
        list(ideas),
        index=list(ideas).index(asked) if asked in ideas else None if asked else 0,
        placeholder=_("Choose an idea"),
        format_func=lambda known: ideas[known].name,
        label_visibility="collapsed",
        key="demo_idea",
        width=260,
    )
    sheet = store.product_sheet(slug) if slug else None
    if sheet is None or not sheet.candidates:
        st.info(_("This idea has no finished run to try yet. Choose another, or teach a model for it."))
        return
    _read(sheet)
    sentence = st.container()
    left, right = st.columns(2, gap="medium")
    wanted = (st.query_params.get("a"), sheet.adopted_run_id)
    start = starting_pair(sheet.candidates, wanted, st.query_params.get("b"))
    with left, st.container(border=True, height="stretch"):
        one = _contestant(sheet, start[0], "a")
    with right, st.container(border=True, height="stretch"):
        two = _contestant(sheet, start[1], "b")
    if said := agreement(one, two):
        sentence.markdown(said)


def _nothing_yet() -> None:
    answer(_("Nothing to try yet: a demo needs a finished run."))
    words = _("The baseline is ready to try a few seconds after it is queued.")
    place = empty_state(":material/science:", _("No finished run yet"), words)
    place.link_button(_("Teach a model"), url("tune"), type="primary", icon=":material/tune:")
    place.link_button(_("See the runs"), url("runs"))


def _read(sheet: store.ProductSheet) -> None:
    """Take a text; what it is compared on stays until the next one."""
    per_label = 2 if len(store.evaluation(sheet.candidates[0].id).labels) <= FEW_LABELS else 1
    text = demo_input(store.test_examples(sheet.candidates[0].dataset_id, per_label), f"demo_{sheet.row.slug}")
    if text is not None:
        st.session_state[ASKED], st.session_state[SAID] = (sheet.row.slug, text), {}


def _contestant(sheet: store.ProductSheet, start: int, key: str) -> Contestant:
    rows: Sequence[store.RunRow] = sheet.candidates
    chosen = st.selectbox(
        _("Model"),
        range(len(rows)),
        index=start,
        format_func=lambda place: contestant_name(rows[place]),
        label_visibility="collapsed",
        key=f"demo_{key}_{sheet.row.slug}",
    )
    row = rows[chosen]
    bar = sheet.row.bar
    cost, device = store.cost_per_1k(row.id, bar.latency_limit_ms), store.run_detail(row.id).device
    found = Contestant(row, bar.measure, cost, device, _asked(sheet.row.slug, row.id))
    demo_card(found, f"demo_{key}")
    return found


def _asked(slug: str, run_id: str) -> models.Answer | ProspectusError | None:
    """What the run says about the text, asked once."""
    asked_of, text = st.session_state.get(ASKED, ("", ""))
    if asked_of != slug:
        return None
    said: dict[str, models.Answer | ProspectusError] = st.session_state.setdefault(SAID, {})
    if run_id not in said:
        try:
            said[run_id] = models.predict(run_id, text)
        except ProspectusError as error:
            return error
    return said[run_id]


PAGE = Page(name="demos", title=N_("Demos"), icon=":material/science:", section=N_("Try"), order=1, render=render)
