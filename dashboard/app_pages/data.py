"""Data: what do we have to learn from?"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formats, store
from dashboard.components.datasets import Listed, dataset_table, summary
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.profile import Described, draw_profile, verdict
from dashboard.components.text import link, plain, url
from dashboard.components.upload import Brought, upload_card
from dashboard.i18n import _, translate
from dashboard.page import Page
from engine.errors import N_, UnknownName

ADDING, SAID = "data_adding", "data_said"


def render() -> None:
    """The list of data sets, the profile of one, and the card that brings another."""
    sets = store.datasets()
    adding = bool(st.session_state.get(ADDING) or st.query_params.get("add"))
    actions = page_head(_("What do we have to learn from?"))
    listed = [_listed(row) for row in sets]
    answer(summary(listed))
    _say_what_happened()
    if adding:
        _adding(actions)
    elif sets:
        actions.button(_("Add data"), type="primary", icon=":material/add:", on_click=_open, key="data_add")
    else:
        _nothing_yet()
    if sets:
        dataset_table(listed)
        _one(_chosen(sets))


def _listed(row: store.DatasetRow) -> Listed:
    return Listed(
        row.id, row.name, row.profile["used"], len(row.labels), row.language, row.licence, _ideas(row) or _("none yet")
    )


def _ideas(row: store.DatasetRow) -> str:
    names = {idea.slug: idea.name for idea in store.portfolio()}
    return ", ".join(link(names[slug], "product", idea=slug) for slug in row.products if slug in names)


def _open() -> None:
    st.session_state[ADDING] = True


def _close() -> None:
    st.session_state[ADDING] = False
    st.query_params.pop("add", None)


def _adding(actions: DeltaGenerator) -> None:
    actions.button(_("Cancel"), icon=":material/close:", on_click=_close, key="data_cancel")
    ideas = {row.slug: row.name for row in store.portfolio()}
    asked = st.query_params.get("idea")
    upload_card(store.keep_upload, store.preview_data, _add, ideas, idea=asked, key="data_upload")


def _add(brought: Brought) -> None:
    row, already = store.import_data(
        brought.path,
        brought.text_column,
        brought.label_column,
        name=brought.name,
        licence=brought.licence,
        source=brought.source,
        product_slug=brought.idea,
    )
    st.session_state[SAID] = (row.name, already)
    _close()
    st.query_params["set"] = str(row.id)
    st.rerun()


def _say_what_happened() -> None:
    if SAID not in st.session_state:
        return
    name, already = st.session_state.pop(SAID)
    if already:
        said = translate("The same rows are here already, as **{name}**. Nothing was stored twice.", name=plain(name))
        st.info(said, icon=":material/content_copy:")
    else:
        said = translate("**{name}** was added. Next: teach a model on it.", name=plain(name))
        st.success(said, icon=":material/check:")


def _nothing_yet() -> None:
    words = _("Bring a CSV or JSONL file. Reading, cleaning and splitting 10,000 rows takes a few seconds.")
    place = empty_state(":material/dataset:", _("No data yet"), words)
    place.button(_("Add data"), type="primary", icon=":material/add:", on_click=_open, key="data_first")
    place.link_button(_("See the ideas"), url("portfolio"))


def _chosen(sets: Sequence[store.DatasetRow]) -> store.DatasetRow:
    asked = st.query_params.get("set")
    found = next((row for row in sets if str(row.id) == asked), None)
    if asked and found is None:
        show_error(UnknownName("data set", asked, [f"{row.id} ({row.name})" for row in sets]))
    return found or sets[0]


def _one(row: store.DatasetRow) -> None:
    place = section_bar(row.name, control=True)
    place.link_button(_("Teach a model on it"), url("tune", set=row.id), icon=":material/tune:")
    st.markdown(verdict(row.profile))
    draw_profile(Described(row.name, formats.date(row.created_at), _ideas(row) or _("none yet"), row.profile))


PAGE = Page(name="data", title=N_("Data"), icon=":material/dataset:", section=N_("Build"), order=1, render=render)
