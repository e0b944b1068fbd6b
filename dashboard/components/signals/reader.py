"""Who reads the dimension of new documents, what was corrected so far, and how a better reader is trained."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.errors import show_error, shown
from dashboard.components.text import link, note, plain, url
from dashboard.i18n import _, _n
from engine.errors import N_, InputError

if TYPE_CHECKING:
    from dashboard.store.signals import Reading

LANGUAGE_NAMES = {"en": N_("English"), "zh": N_("Chinese")}
KIND_NAMES = {
    "words": N_("counted words"),
    "zero_shot": N_("descriptions (zero-shot)"),
    "headlines": N_("labelled headlines (two languages)"),
    "run": N_("a trained run"),
}
LEARNED = "signals_learned"


def draw_reader(
    found: "Reading", usual: str, use: Callable[..., None], to_data: Callable[[str, str], tuple[Any, bool]]
) -> None:
    """Draw who reads, and the two steps to a better one: a data set of what was corrected, and a run that is chosen.

    `usual` reads where nobody chose.
    """
    import streamlit as st

    for language, name in LANGUAGE_NAMES.items():
        told = found.readers.get(language)
        kind = _(KIND_NAMES[told.kind if told else usual])
        run = f" ({link(told.run_id[:4], 'runs', run=told.run_id)})" if told and told.run_id else ""
        st.markdown(f"- {plain(_(name))}: **{plain(kind)}**{run}")
    said = _n(
        "{n} dimension was given or confirmed by hand.", "{n} dimensions were given or confirmed by hand.", found.said
    )
    more = _("With the labelled headlines they become a data set, on which any recipe trains an ordinary run.")
    st.markdown(note(plain(f"{said.format(n=found.said)} {more}")))
    measured = _(
        "Macro F1 on test headlines: labelled headlines 0.71 in English and Chinese; counted words 0.56 and 0.60."
    )
    st.markdown(note(plain(measured)))
    with st.form("reader_form", border=False, enter_to_submit=False):
        left, middle, right = st.columns([1, 2, 1.4])
        language = left.selectbox(
            _("Language"), list(LANGUAGE_NAMES), format_func=lambda key: _(LANGUAGE_NAMES[key]), key="reader_language"
        )
        options = [*[kind for kind in KIND_NAMES if kind != "run"], *[run.id for run in found.runs]]
        names = {run.id: f"{run.recipe} {run.id[:4]}, {run.dataset}" for run in found.runs}
        chosen = middle.selectbox(
            _("Is read by"),
            options,
            format_func=lambda key: names.get(key) or _(KIND_NAMES[key]),
            key="reader_kind",
        )
        with right:
            author = author_field("reader_author")
        with st.container(horizontal=True):
            pressed = st.form_submit_button(_("Let it read what comes"), key="reader_go")
            learn = st.form_submit_button(_("Make a data set of what was corrected"), key="reader_data")
    if (pressed or learn) and not author:
        show_error(InputError(N_("Say who you are: the choice keeps its author.")))
    elif pressed:
        with shown(), st.spinner(_("Fitting takes half a minute the first time."), show_time=True):
            run_id = chosen if chosen in names else None
            use(language, "run" if run_id else chosen, author, run_id)
            st.rerun()
    elif learn:
        with shown():
            st.session_state[LEARNED] = to_data(language, author)[0].id
    if LEARNED in st.session_state:
        made = _("The data set is there: train a run on it, then choose that run here.")
        st.success(plain(made), icon=":material/check_circle:")
        address = url("tune", set=st.session_state[LEARNED])
        st.link_button(_("Train on it"), address, icon=":material/tune:")
