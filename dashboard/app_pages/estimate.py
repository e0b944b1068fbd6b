"""Estimate: what will it cost?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import store
from dashboard.components.empty import empty_state
from dashboard.components.errors import shown
from dashboard.components.estimates.advice import won_sentence
from dashboard.components.estimates.errors import errors_picture, errors_table, graded_sentence
from dashboard.components.estimates.foreseen import foreseen_table, rests_on
from dashboard.components.estimates.large import large_part
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.text import link, note, plain, url
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import estimates
from engine import catalog
from engine.errors import N_

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

QUEUED = "estimate_queued"


def render() -> None:
    """Estimates for this machine, how wrong they were, and large models elsewhere."""
    actions = page_head(_("What will it cost?"))
    graded, sets = estimates.graded(), store.datasets()
    _act(actions, bool(graded))
    answer(graded_sentence(graded))
    if QUEUED in st.session_state:
        said = link(_("Watch it"), "runs", run=st.session_state.pop(QUEUED))
        st.success(f"{_('It is queued.')} {said}", icon=":material/schedule:")
    if sets:
        _here(sets)
    else:
        words = _("With examples on board, every way of teaching is priced before it is started.")
        place = empty_state(":material/dataset:", _("No data yet"), words, sampled=True)
        place.link_button(_("Add data"), url("data", add=1), type="primary", icon=":material/add:")
    if graded:
        section_bar(
            _("How wrong were we?"), note=plain(_("Each dot is a finished run; on the line it took what was said."))
        )
        errors_picture(graded)
        errors_table(graded)
        st.markdown(note(plain(won_sentence(estimates.outcomes()))))
    large_part()


def _act(actions: "DeltaGenerator", learns: bool) -> None:
    """The buttons: measure this machine, or learn from what it has done."""
    with actions:
        measure = st.button(_("Measure this machine"), icon=":material/speed:", key="estimate_probe")
        learn = st.button(_("Recalibrate"), icon=":material/tune:", key="estimate_learn", disabled=not learns)
    if measure or learn:
        with shown():
            st.session_state[QUEUED] = estimates.probe() if measure else estimates.recalibrate()
            st.rerun()


def _here(sets: Sequence[store.DatasetRow]) -> None:
    """Every recipe that fits a data set, with its usual settings."""
    place = section_bar(_("On this machine"), control=True)
    by_id = {row.id: row for row in sets}
    asked = st.query_params.get("set", "")
    first = int(asked) if asked.isdecimal() and int(asked) in by_id else sets[0].id
    chosen = place.selectbox(
        _("Data"),
        list(by_id),
        index=list(by_id).index(first),
        format_func=lambda known: by_id[known].name,
        key="estimate_data",
        label_visibility="collapsed",
        width=280,
    )
    data = by_id[chosen]
    task = next(task.name for task in catalog.tasks().values() if task.input_kind == data.input_kind)
    usual = [recipe for recipe in catalog.recipes_for(task) if not recipe.over_run]
    found = {recipe.name: estimates.foresee(data.id, task, recipe.name, {}) for recipe in usual}
    foreseen_table(found)
    st.markdown(note(f"{plain(rests_on(found))} {plain(_('With the usual settings of each recipe.'))}"))
    st.link_button(_("Choose and train"), url("tune", set=data.id), icon=":material/tune:")


PAGE = Page(
    name="estimate", title=N_("Estimate"), icon=":material/request_quote:", section=N_("Money"), order=2, render=render
)
