"""Label: which rows need a person's eye?"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import labelling, store
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head
from dashboard.components.labelling import added_classes, changes
from dashboard.components.labelling_desk import desk, summary
from dashboard.components.labelling_version import figures, say_made, version_button
from dashboard.components.text import url
from dashboard.i18n import _
from dashboard.page import Page
from engine.errors import N_, UnknownName


def render() -> None:
    """One row, its classes as buttons, and what becomes of the labels."""
    actions = page_head(_("Which rows need a person’s eye?"))
    sets = store.datasets()
    if not sets:
        _nothing_yet()
        return
    data = _chosen(sets, actions)
    state = store.labelling_state(data.id)
    known = labelling.splits_of(data.folder, data.id, state.rows)
    counts = changes(state, known)
    with actions:
        version_button(data, counts, added_classes(data.labels, state, known))
    answer(summary(data, state, counts))
    say_made()
    queue = desk(data, state)
    figures(counts, queue, state)


def _nothing_yet() -> None:
    answer(_("Nothing to label yet. A table with one text a row is enough, when some of them carry a label."))
    words = _("Rows without a label are kept for this page.")
    place = empty_state(":material/label:", _("No data yet"), words, sampled=True)
    place.link_button(_("Add data"), url("data", add=1), type="primary", icon=":material/add:")


def _chosen(sets: Sequence[store.DatasetRow], place: DeltaGenerator) -> store.DatasetRow:
    """The data set of the address, else the newest with unlabelled rows; the choice goes into the address."""
    asked = st.query_params.get("set")
    found = next((row for row in sets if str(row.id) == asked), None)
    if asked and found is None:
        show_error(UnknownName(N_("data set"), asked, [f"{row.id} ({row.name})" for row in sets]))
    by_id = {row.id: row for row in sets}
    start = found or next((row for row in sets if row.profile.get("unlabelled")), sets[0])
    chosen: int = place.selectbox(
        _("Data"),
        list(by_id),
        index=list(by_id).index(start.id),
        format_func=lambda known: by_id[known].name,
        label_visibility="collapsed",
        key="label_set",
        width=240,
    )
    if chosen != start.id:
        st.query_params["set"] = str(chosen)
    return by_id[chosen]


PAGE = Page(name="label", title=N_("Label"), icon=":material/label:", section=N_("Build"), order=2, render=render)
