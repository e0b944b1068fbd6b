"""What can be changed about an idea, each in its own dialog: decision, assumptions, the idea itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dashboard.components.assumption import ASSUMABLE, Assumed, assumption_fields
from dashboard.components.author import author_field
from dashboard.components.badges import stage_name
from dashboard.components.decision import Record, decision_form
from dashboard.components.dialogs import dialog
from dashboard.components.errors import show_error, shown
from dashboard.components.idea_form import idea_fields
from dashboard.components.text import all_of
from dashboard.i18n import _
from engine.errors import N_, InputError
from engine.evidence import measure
from engine.spec import STAGES

if TYPE_CHECKING:
    from dashboard.store import ProductSheet

Assume = Callable[[str, float, float | None, float | None, str, str], None]
"""measure, value, low, high, why, author."""


def decision_dialog(record: Record) -> None:
    """Open the form that records go, hold or stop."""

    @dialog(_("Decide"), icon=":material/gavel:")
    def ask() -> None:
        decision_form(record, "product")

    ask()


def assumptions_dialog(sheet: "ProductSheet", assume: Assume) -> None:
    """Open the form that writes down one assumption with its author and reason."""
    import streamlit as st

    @dialog(_("Change an assumption"), width="medium", icon=":material/edit_note:")
    def ask() -> None:
        key = st.segmented_control(
            _("Which one?"),
            ASSUMABLE,
            default=ASSUMABLE[0],
            required=True,
            format_func=lambda name: _(measure(name).title),
            key="assume_which",
        )
        current = next((figure for figure in sheet.figures if figure.measure == key), None)
        with st.form("assume_form", border=False, enter_to_submit=False):
            typed = assumption_fields(key, "assume", current)
            author = author_field("assume_author")
            pressed = st.form_submit_button(_("Write down"), type="primary", key="assume_go")
        if pressed:
            _assume(assume, key, typed, author)

    ask()


def _assume(assume: Assume, key: str, typed: Assumed, author: str) -> None:
    import streamlit as st

    needed = {_("a value"): typed.value is not None, _("a reason"): typed.why, _("your name"): author}
    lacking = [word for word, given in needed.items() if not given]
    if lacking or typed.value is None:
        show_error(InputError(N_("An assumption needs {parts}."), parts=all_of(lacking)))
        return
    with shown():
        assume(key, typed.value, typed.low, typed.high, typed.why, author)
        st.rerun()


def idea_dialog(sheet: "ProductSheet", datasets: dict[int, str], change: Callable[..., None]) -> None:
    """Open the form that changes the idea, its bar, its stage and the data it is measured on."""
    import streamlit as st

    row = sheet.row
    start: dict[str, Any] = {
        "name": row.name,
        "hypothesis": sheet.hypothesis,
        "customer": sheet.customer,
        "domain": row.domain,
        "bar_measure": row.bar.measure,
        "bar_minimum": row.bar.minimum,
        "latency_limit_ms": row.bar.latency_limit_ms,
    }

    @dialog(_("Change the idea"), width="large", icon=":material/edit:")
    def ask() -> None:
        with st.form("edit_form", border=False, enter_to_submit=False):
            fields = idea_fields(start, "edit")
            left, right = st.columns(2)
            fields["stage"] = left.selectbox(
                _("Stage"), STAGES, STAGES.index(row.stage), format_func=stage_name, key="edit_stage"
            )
            known = list(datasets)
            chosen = right.selectbox(
                _("Measured on"),
                known,
                known.index(sheet.dataset_id) if sheet.dataset_id in datasets else None,
                format_func=datasets.__getitem__,
                placeholder=_("no data yet"),
                key="edit_data",
            )
            if chosen is not None:
                fields["dataset_id"] = chosen
            pressed = st.form_submit_button(_("Save"), type="primary", key="edit_go")
        if pressed:
            with shown():
                change(**fields)
                st.rerun()

    ask()
