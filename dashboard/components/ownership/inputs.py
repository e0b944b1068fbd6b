"""The inputs of ownership: what is known, what is empty, and the form that fills one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.ownership.words import given_words
from dashboard.components.table import words_table
from dashboard.components.text import all_of, note, one_line, plain, unbroken
from dashboard.i18n import _
from engine.costs.ownership.inputs import INPUTS, PARTS
from engine.costs.ownership.model import API, OWN, needs
from engine.errors import N_, InputError
from engine.wording.names import rate_source, source_name

if TYPE_CHECKING:
    from dashboard.store.serving import OwnershipCase

Fill = Callable[..., None]
"""name, value, low, high, why=, author=."""
UNITS = {"usd": N_("US$"), "share": N_("share"), "gb": "GB", "hours": N_("hours")}


def inputs_table(case: "OwnershipCase") -> None:
    """Every input that counts: value, where it comes from, or that it is empty."""

    wanted = _wanted(case.served_by)
    words_table(
        {
            one_line(_("Input")): [plain(unbroken(_(INPUTS[name].title))) for name in wanted],
            one_line(_("Value")): [
                given_words(case.given[name]) if name in case.given else f":orange-badge[{_('empty')}]"
                for name in wanted
            ],
            one_line(_("From")): [_source(case, name) for name in wanted],
        },
        _("Inputs of the cost of ownership"),
        deciding=(0, 1),
    )


def _wanted(served_by: str) -> list[str]:
    used = {name for part in PARTS for name in needs(part, served_by)}
    return [name for name in INPUTS if name in used]


def _source(case: "OwnershipCase", name: str) -> str:
    if name in case.typed:
        one = case.typed[name]
        return note(plain(": ".join(filter(None, (f"{one.author}, {one.created_at:%Y-%m-%d}", one.why)))))
    if (one_given := case.given.get(name)) is not None:
        said = one_given.source if not one_given.source_kind else source_name(one_given.source_kind, one_given.source)
        return note(plain(rate_source(_(said))))
    return note(plain(_(INPUTS[name].help)))


def fill_dialog(case: "OwnershipCase", fill: Fill) -> None:
    """Open the form that writes down one input, or empties it."""
    import streamlit as st

    @st.dialog(_("Write down an input"), width="medium", icon=":material/edit_note:")
    @guarded
    def ask() -> None:
        wanted = [name for name in INPUTS if name in {*_wanted(OWN), *_wanted(API)}]
        empty = [name for name in wanted if name not in case.given]
        name = st.selectbox(
            _("Which one?"),
            [*empty, *(other for other in wanted if other not in empty)],
            format_func=lambda one: _(INPUTS[one].title),
            key="own_which",
        )
        kind, known = INPUTS[name], case.given.get(name)
        start = known.figure if known else (None, None, None)
        unit = f" ({_(UNITS[kind.unit])})" if kind.unit in UNITS else ""
        with st.form("own_form", border=False, enter_to_submit=False):
            labels = (f"{_(kind.title)}{unit}", _("At least"), _("At most"))
            value, low, high = (
                place.number_input(
                    label, value=number, format="%g", step=None, placeholder=_("unknown"), key=f"own_{name}_{label}",
                    help=_(kind.help) if label is labels[0] else None,
                )
                for place, label, number in zip(st.columns([2, 1, 1]), labels, start, strict=True)
            )  # fmt: skip
            why = st.text_input(_("Why this much"), placeholder=_("Where the figure comes from"), key=f"own_{name}_why")
            author = author_field("own_author")
            row = st.container(horizontal=True)
            pressed = row.form_submit_button(_("Write down"), type="primary", key="own_go")
            emptied = row.form_submit_button(_("Empty it"), key="own_empty", disabled=name not in case.typed)
        if (pressed and value is None) or ((pressed or emptied) and not author):
            needed = {_("a value"): value is not None, _("your name"): author}
            parts = all_of(word for word, there in needed.items() if not there)
            show_error(InputError(N_("An assumption needs {parts}."), parts=parts))
        elif pressed or emptied:
            with shown():
                fill(case.slug, name, None if emptied else value, low, high, why=why, author=author)
                st.rerun()

    ask()
