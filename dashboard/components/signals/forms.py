"""Dialogs of signals: bring documents, and correct what was read of one."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.signals.words import FIELD_NAMES, brought_words, sure, value_name
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError

if TYPE_CHECKING:
    from dashboard.store.signals import Brought, Signal

ENDINGS = ["txt", "md", "html", "htm", "pdf", "docx", "xml", "rss", "atom"]
TOLD = "signals_told"
"""Where the outcome of the last bringing stands until it is said."""
Bring = Callable[..., "Brought"]


def bring_dialog(text: Bring, address: Bring, file: Bring) -> None:
    """Open the form with its three ways: paste, files, an address."""
    import streamlit as st

    @st.dialog(_("Add documents"), width="large", icon=":material/add_notes:")
    @guarded
    def ask() -> None:
        author = author_field("bring_author")
        paste, upload, page = st.tabs([_("Paste text"), _("Files"), _("Address of a page or feed")])
        with paste:
            typed = st.text_area(_("Text; its first line is the title"), height=160, key="bring_text")
            if st.button(_("Add the text"), type="primary", key="bring_text_go"):
                _bring([lambda: text(typed, author)], author)
        with upload:
            files = st.file_uploader(
                _("Text, HTML, PDF, Word, RSS or Atom; at most 10 MB each"),
                type=ENDINGS,
                accept_multiple_files=True,
                key="bring_files",
            )
            st.markdown(note(plain(_("Files stay on this machine; nothing in them is run."))))
            if st.button(_("Add the files"), type="primary", key="bring_files_go", disabled=not files):
                _bring([_of(file, one.name, one.getvalue, author) for one in files or ()], author)
        with page:
            url = st.text_input(_("Address"), placeholder="https://", max_chars=500, key="bring_url")
            said = _("Only this page or feed is read, from public addresses alone, and nothing of yours is sent along.")
            st.markdown(note(plain(said)))
            if st.button(_("Add the page"), type="primary", key="bring_url_go"):
                _bring([lambda: address(url, author)], author)

    ask()


def _of(file: Bring, name: str, content: Callable[[], bytes], author: str) -> "Callable[[], Brought]":
    return lambda: file(name, content(), author)


def _bring(jobs: "Sequence[Callable[[], Brought]]", author: str) -> None:
    """Do all; what went wrong is shown beside what was kept."""
    import streamlit as st

    if not author:
        show_error(InputError(N_("Say who you are: signals keep who brought them.")))
        return
    told, failed = [], False
    with st.spinner(_("Reading …")):
        for job in jobs:
            done = False
            with shown():
                told.append(brought_words(job()))
                done = True
            failed = failed or not done
    if failed:
        for line in told:
            st.success(plain(line))
        return
    st.session_state[TOLD] = "\n".join(told)
    st.rerun()


def say_what_came() -> None:
    """Say once what the last bringing brought."""
    import streamlit as st

    told = st.session_state.pop(TOLD, "")
    if told:
        st.toast(plain(told), icon=":material/check_circle:", duration="long")


def correct_dialog(
    row: "Signal",
    values: Mapping[str, Sequence[str]],
    ideas: Mapping[str, str],
    correct: Callable[[int, str, str, str], None],
    link: Callable[..., None],
) -> None:
    """Open the form of one signal: every field as it stands, the ideas it concerns. Saving confirms the dimension."""
    import streamlit as st

    @st.dialog(_("What does it say?"), width="large", icon=":material/edit:")
    @guarded
    def ask() -> None:
        st.markdown(f"**{plain(row.title)}**")
        if row.excerpt:
            st.markdown(note(plain(row.excerpt)))
        with st.form(f"correct_{row.id}", border=False, enter_to_submit=False):
            chosen = _fields(row, values)
            linked = [one.slug for one in row.links if one.slug in ideas]
            concerns = st.multiselect(
                _("Ideas it concerns"),
                list(ideas),
                default=linked,
                format_func=ideas.__getitem__,
                key=f"correct_{row.id}_ideas",
                placeholder=_("none yet"),
            )
            author = author_field(f"correct_{row.id}_author")
            said = _("Saving confirms the dimension too; a classifier learns from what was corrected or confirmed.")
            st.markdown(note(plain(said)))
            pressed = st.form_submit_button(_("Save"), type="primary", key=f"correct_{row.id}_go")
        if not pressed:
            return
        if not author:
            show_error(InputError(N_("Say who you are: a correction keeps its author.")))
            return
        with shown():
            for field, value in chosen.items():
                told = row.fields[field]
                if value != told.value or (field == "dimension" and told.p is not None):
                    correct(row.id, field, value, author)
            for slug in {*linked} ^ {*concerns}:
                link(row.id, slug, author, linked=slug in concerns)
            st.rerun()

    ask()


def _fields(row: "Signal", values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    import streamlit as st

    found = {}
    places = st.columns(2)
    for at, (field, options) in enumerate(values.items()):
        told = row.fields[field]
        said = (
            translate("said by {name}", name=told.author)
            if told.p is None
            else translate("read with {p}", p=sure(told.p))
        )
        found[field] = places[at % 2].selectbox(
            f"{_(FIELD_NAMES[field])} ({plain(said)})",
            list(options),
            index=list(options).index(told.value),
            format_func=value_name,
            key=f"correct_{row.id}_{field}",
        )
    return found
