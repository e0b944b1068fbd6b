"""Dialogs of obligations: the questions, and where one obligation or grant stands."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.obligations.words import GRANT_NAMES, STATUS_NAMES, told
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError
from engine.market.obligations import STATUSES, Grant, questions

if TYPE_CHECKING:
    from dashboard.store.obligations import Said, Stand
    from engine.market.obligations import Obligation

ANSWERS = {"unknown": N_("Not known"), "yes": N_("Yes"), "no": N_("No")}
MEANING = {"unknown": None, "yes": True, "no": False}


def questions_dialog(before: Mapping[str, bool], write: Callable[[Mapping[str, bool | None], str], object]) -> None:
    """Open the questions that decide which rules apply."""
    import streamlit as st

    @st.dialog(_("Which rules apply?"), width="large", icon=":material/quiz:")
    @guarded
    def ask() -> None:
        with st.form("duties_form", border=False, enter_to_submit=False):
            given: dict[str, bool | None] = {}
            for key, words in questions().items():
                known = before.get(key)
                start = "unknown" if known is None else "yes" if known else "no"
                text, choice = st.columns([0.64, 0.36], vertical_alignment="center")
                text.markdown(plain(told(words)))
                chosen = choice.segmented_control(
                    told(words),
                    list(ANSWERS),
                    default=start,
                    required=True,
                    format_func=lambda name: _(ANSWERS[name]),
                    label_visibility="collapsed",
                    key=f"duties_{key}",
                )
                given[key] = MEANING[chosen or "unknown"]
            author = author_field("duties_author")
            pressed = st.form_submit_button(_("Save the answers"), type="primary", key="duties_go")
        if pressed and not author:
            show_error(InputError(N_("Say who you are: answers keep their author.")))
        elif pressed:
            with shown():
                write(given, author)
                st.rerun()

    ask()


def stand_dialog(
    entry: "Obligation | Grant",
    status: str,
    said: "Said | None",
    write: Callable[["Stand", str], None],
) -> None:
    """Open the form of one entry: status, owner, the source that was read, a note, and of a grant its amount."""
    import streamlit as st

    granted = isinstance(entry, Grant)
    names = GRANT_NAMES if granted else STATUS_NAMES

    @st.dialog(told(entry.title), width="large", icon=":material/edit:")
    @guarded
    def ask() -> None:
        from dashboard.store.obligations import Stand

        key = f"stand_{entry.key}"
        st.markdown(note(plain(translate("Named from memory: {source}", source=entry.source))))
        with st.form(key, border=False, enter_to_submit=False):
            left, right = st.columns(2)
            start = STATUSES.index(status) if status in STATUSES else 0
            chosen = left.selectbox(
                _("Status"), STATUSES, index=start, format_func=lambda name: _(names[name]), key=f"{key}_status"
            )
            owner = right.text_input(_("Owner"), value=said.owner if said else "", max_chars=120, key=f"{key}_owner")
            source = left.text_input(
                _("Source that was read"),
                value=said.source if said else "",
                placeholder=_("address or title"),
                max_chars=500,
                key=f"{key}_source",
            )
            checked = right.date_input(
                _("Read on"), value=said.checked_on if said else None, max_value="today", key=f"{key}_checked"
            )
            usd = _amount(said, key) if granted else None
            remark = st.text_area(_("Note"), value=said.note if said else "", height=80, key=f"{key}_note")
            author = author_field(f"{key}_author")
            pressed = st.form_submit_button(_("Save"), type="primary", key=f"{key}_go")
        if pressed and not author:
            show_error(InputError(N_("Say who you are: a status keeps its author.")))
        elif pressed:
            with shown():
                write(Stand(chosen, owner, source, checked, remark, usd), author)
                st.rerun()

    ask()


def _amount(said: "Said | None", key: str) -> float | None:
    import streamlit as st

    value: float | None = st.number_input(
        _("What may come in (US$)"),
        min_value=0.0,
        value=float(said.usd) if said and said.usd is not None else None,
        step=None,
        format="%g",
        placeholder=_("unknown"),
        key=f"{key}_usd",
    )
    return value
