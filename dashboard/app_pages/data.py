"""Data: what do we have to learn from?"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formats, pictures, store
from dashboard.components.datasets import Listed, dataset_table, summary
from dashboard.components.empty import empty_state
from dashboard.components.errors import live, show_error, shown
from dashboard.components.gallery import gallery
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.personal import personal_part
from dashboard.components.preparing import preparing
from dashboard.components.profile import Described, draw_profile, verdict
from dashboard.components.text import link, plain, url
from dashboard.components.upload import Brought, Readers, upload_card
from dashboard.components.versions import VersionRow, family, versions_part
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
        _one(_chosen(sets), sets)


def _listed(row: store.DatasetRow) -> Listed:
    ideas = _ideas(row) or _("none yet")
    return Listed(
        row.id, row.name, row.profile["used"], len(row.labels), row.language, row.input_kind, row.licence, ideas
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
    readers = Readers(store.keep_upload, store.preview_data, pictures.holds_pictures, pictures.look_at_pictures)
    upload_card(readers, _add, ideas, idea=asked, key="data_upload")


def _add(brought: Brought) -> None:
    origin, table = brought.origin, brought.table
    said: dict[str, Any] = {"name": origin.name, "licence": origin.licence, "source": origin.source}
    said["product_slug"] = origin.idea
    with preparing() as listener:
        if table is None:
            made = store.import_pictures(brought.path, **said, listener=listener)
        else:
            made = store.import_data(
                brought.path,
                table.text,
                table.label,
                **said,
                columns=table.further,
                part=table.part or None,
                own_splits=table.own_splits,
                listener=listener,
            )
    _close()
    _show_made(*made)


def _show_made(row: store.DatasetRow, already: bool) -> None:
    """Open the data set that was made; the next run says what happened."""
    st.session_state[SAID] = (row.name, already)
    st.query_params["set"] = str(row.id)
    st.rerun()


def _mask(row: store.DatasetRow) -> None:
    with shown(), preparing() as listener:
        _show_made(*store.mask_data(row.id, listener=listener))


def _bring(row: store.DatasetRow, name: str, content: bytes, replaces: bool) -> None:
    with shown(), preparing() as listener:
        path = store.keep_upload(name, content)
        _show_made(*store.append_data(row.id, path, replace=replaces, listener=listener))


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
    words = _("Bring a table or pictures. Reading, cleaning and splitting 10,000 rows takes a few seconds.")
    place = empty_state(":material/dataset:", _("No data yet"), words)
    place.button(_("Add data"), type="primary", icon=":material/add:", on_click=_open, key="data_first")
    place.link_button(_("See the ideas"), url("portfolio"))


def _chosen(sets: Sequence[store.DatasetRow]) -> store.DatasetRow:
    asked = st.query_params.get("set")
    found = next((row for row in sets if str(row.id) == asked), None)
    if asked and found is None:
        show_error(UnknownName("data set", asked, [f"{row.id} ({row.name})" for row in sets]))
    return found or sets[0]


def _one(row: store.DatasetRow, sets: Sequence[store.DatasetRow]) -> None:
    place = section_bar(row.name, control=True)
    place.link_button(_("Teach a model on it"), url("tune", set=row.id), icon=":material/tune:")
    st.markdown(verdict(row.profile))
    described = Described(row.name, formats.date(row.created_at), _ideas(row) or _("none yet"), row.profile)
    draw_profile(described, partial(_pictures, row) if row.input_kind == "image" else None)
    _more(row, sets)


def _more(row: store.DatasetRow, sets: Sequence[store.DatasetRow]) -> None:
    """What was found in the texts, and the versions."""
    table = row.input_kind == "text"
    if table:
        personal_part(row.profile.get("personal"), partial(_mask, row), f"data_personal_{row.id}")
    rows = [
        VersionRow(one.id, one.name, one.parent_id, one.change, one.profile["used"], formats.date(one.created_at))
        for one in sets
    ]
    bring = partial(_bring, row) if table else None
    versions_part(family(rows, row.id), row.id, store.compare_versions, bring, f"data_versions_{row.id}")


def _pictures(row: store.DatasetRow) -> None:
    """A fragment: another class is chosen without drawing the page anew."""

    def draw() -> None:
        gallery(partial(pictures.picture_rows, row.id), pictures.thumbnail, f"data_gallery_{row.id}")

    live(draw, None)()


PAGE = Page(name="data", title=N_("Data"), icon=":material/dataset:", section=N_("Build"), order=1, render=render)
