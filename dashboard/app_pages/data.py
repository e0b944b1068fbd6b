"""Data: what do we have to learn from?"""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import bringing, formats, pictures, store
from dashboard.components.data_steps import (
    close_adding,
    is_adding,
    nothing_yet,
    open_adding,
    say_what_happened,
)
from dashboard.components.datasets import Listed, dataset_table, summary
from dashboard.components.errors import show_error
from dashboard.components.gallery import live_gallery
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.personal import personal_part
from dashboard.components.profile import Described, draw_profile, verdict
from dashboard.components.text import link, url
from dashboard.components.upload import Readers, upload_card
from dashboard.components.versions import VersionRow, family, versions_part
from dashboard.i18n import _
from dashboard.page import Page
from engine.errors import N_, UnknownName


def render() -> None:
    """The list of data sets, the profile of one, and the card that brings another."""
    sets = store.datasets()
    actions = page_head(_("What do we have to learn from?"))
    names = {idea.slug: idea.name for idea in store.portfolio()}
    listed = [_listed(row, names) for row in sets]
    answer(summary(listed))
    say_what_happened()
    if is_adding():
        _adding(actions)
    elif sets:
        actions.button(_("Add data"), type="primary", icon=":material/add:", on_click=open_adding, key="data_add")
    else:
        nothing_yet()
    if sets:
        dataset_table(listed)
        _one(_chosen(sets), sets, names)


def _listed(row: store.DatasetRow, names: Mapping[str, str]) -> Listed:
    ideas = _ideas(row, names)
    return Listed(
        row.id, row.name, row.profile["used"], len(row.labels), row.language, row.input_kind, row.licence, ideas
    )


def _ideas(row: store.DatasetRow, names: Mapping[str, str]) -> str:
    known = (slug for slug in row.products if slug in names)
    return ", ".join(link(names[slug], "product", idea=slug) for slug in known) or _("none yet")


def _adding(actions: DeltaGenerator) -> None:
    actions.button(_("Cancel"), icon=":material/close:", on_click=close_adding, key="data_cancel")
    ideas = {row.slug: row.name for row in store.portfolio()}
    asked = st.query_params.get("idea")
    readers = Readers(
        store.bring_upload, store.drop_upload, store.preview_data, pictures.holds_pictures, pictures.look_at_pictures
    )
    upload_card(readers, bringing.add, ideas, idea=asked, key="data_upload")


def _chosen(sets: Sequence[store.DatasetRow]) -> store.DatasetRow:
    asked = st.query_params.get("set")
    found = next((row for row in sets if str(row.id) == asked), None)
    if asked and found is None:
        show_error(UnknownName(N_("data set"), asked, [f"{row.id} ({row.name})" for row in sets]))
    return found or sets[0]


def _one(row: store.DatasetRow, sets: Sequence[store.DatasetRow], names: Mapping[str, str]) -> None:
    place = section_bar(row.name, control=True)
    place.link_button(_("Teach a model on it"), url("tune", set=row.id), icon=":material/tune:")
    st.markdown(verdict(row.profile))
    described = Described(row.name, formats.date(row.created_at), _ideas(row, names), row.profile)
    draw_profile(described, partial(_pictures, row) if row.input_kind == "image" else None)
    _more(row, sets)


def _more(row: store.DatasetRow, sets: Sequence[store.DatasetRow]) -> None:
    """What was found in the texts, and the versions."""
    table = row.input_kind == "text"
    if table:
        personal_part(row.profile.get("personal"), partial(bringing.mask, row.id), f"data_personal_{row.id}")
    rows = [
        VersionRow(one.id, one.name, one.parent_id, one.change, one.profile["used"], formats.date(one.created_at))
        for one in sets
    ]
    bring = partial(bringing.join, row.id) if table else None
    versions_part(family(rows, row.id), row.id, store.compare_versions, bring, f"data_versions_{row.id}")


def _pictures(row: store.DatasetRow) -> None:
    live_gallery(partial(pictures.picture_rows, row.id), pictures.thumbnail, f"data_gallery_{row.id}")


PAGE = Page(name="data", title=N_("Data"), icon=":material/dataset:", section=N_("Build"), order=1, render=render)
