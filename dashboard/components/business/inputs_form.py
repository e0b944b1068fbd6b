"""The inputs of a scenario as a table to type in, a group at a time; and starting points at a click."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.badges import grade_mark, grade_name
from dashboard.components.business.words import figure_title
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain
from dashboard.i18n import _
from engine.business.inputs import GROUPS, INPUTS
from engine.business.scenario import Estimate
from engine.errors import N_, InputError

if TYPE_CHECKING:
    import pandas as pd

    from engine.business.scenario import Scenario

UNITS = {
    "share": N_("share, 0 to 1"),
    "usd": N_("US$"),
    "usd_per_month": N_("US$ a month"),
    "usd_per_hour": N_("US$ an hour"),
    "count_per_month": N_("a month"),
    "rate": N_("a second"),
}
NO_NAME = N_("A scenario needs {parts}.")
Opened = Callable[[str], None]
"""Called with the key of the new scenario."""
Change = Callable[[Mapping[str, Estimate | None], str, str], str]
"""Changed inputs, author, name; the key of the new scenario."""


def save_and_open(author: str, save: Callable[[], str], opened: Opened) -> None:
    """How every form of a scenario ends: it is saved under the name that was typed and opened, or asks for the name."""
    if not author:
        show_error(InputError(NO_NAME, parts=_("your name")))
        return
    with shown():
        opened(save())


def start_dialog(start: Callable[[str], str], opened: Opened) -> None:
    """Offer starting points, saying what they are."""
    import streamlit as st

    @st.dialog(_("Start from common figures"), icon=":material/flag:")
    @guarded
    def ask() -> None:
        st.markdown(
            _(
                "Whatever is empty is filled with a figure of the order that is common, **assumed, from memory, "
                "unchecked**, with wide ends. What you typed and what was measured stays. Then replace them one by one."
            )
        )
        author = author_field("start_author")
        if st.button(_("Fill in"), type="primary", key="start_go"):
            save_and_open(author, lambda: start(author), opened)

    ask()


def inputs_table(scenario: "Scenario", change: Change, opened: Opened) -> None:
    """Draw the inputs of one group as a table to type in, and save what changed."""
    import streamlit as st

    place = section_bar(_("What it rests on"), control=True)
    group = place.segmented_control(
        _("Group"),
        GROUPS,
        default=GROUPS[0],
        required=True,
        format_func=_,
        label_visibility="collapsed",
        key="inputs_group",
    )
    st.markdown(note(plain(_("In 95 of 100 cases a figure lies between its ends. An empty figure is unknown."))))
    keys = [key for key, row in INPUTS.items() if row.group == group]
    with st.form(f"inputs_form_{group}", border=False, enter_to_submit=False):
        before = _frame(scenario, keys)
        after = st.data_editor(
            before,
            hide_index=True,
            num_rows="fixed",
            disabled=[_("Figure"), _("Unit"), _("From")],
            column_config=_columns(),
            placeholder="–",
            key=f"inputs_editor_{GROUPS.index(group or GROUPS[0])}",
        )
        left, right = st.columns(2)
        with left:
            author = author_field("inputs_author")
        name = right.text_input(_("Name of the scenario"), key="inputs_name")
        pressed = st.form_submit_button(_("Save as a scenario"), type="primary", key="inputs_go")
    if pressed:
        save_and_open(author, lambda: change(_changes(keys, before, after), author, name.strip()), opened)


def _columns() -> dict[str, Any]:
    import streamlit as st

    number: dict[str, Any] = {"format": "%.6g", "width": 90}
    return {
        _("Figure"): st.column_config.TextColumn(width=190, pinned=True),
        _("Value"): st.column_config.NumberColumn(**number),
        _("At least"): st.column_config.NumberColumn(**number),
        _("At most"): st.column_config.NumberColumn(**number),
        _("Unit"): st.column_config.TextColumn(width=105),
        _("Why this much"): st.column_config.TextColumn(width=230),
        _("From"): st.column_config.TextColumn(width=150),
    }


def _frame(scenario: "Scenario", keys: list[str]) -> "pd.DataFrame":
    import pandas as pd

    rows = [scenario.inputs.get(key) for key in keys]
    numbers = {_("Value"): "value", _("At least"): "low", _("At most"): "high"}
    table: dict[str, Any] = {_("Figure"): [figure_title(key) for key in keys]}
    for title, name in numbers.items():
        table[title] = pd.array([None if row is None else getattr(row, name) for row in rows], dtype="Float64")
    table[_("Unit")] = [_(UNITS[INPUTS[key].unit]) for key in keys]
    table[_("Why this much")] = ["" if row is None else _(row.why) for row in rows]
    table[_("From")] = [
        _("empty") if row is None else f"{grade_mark(row.grade)} {grade_name(row.grade)}, {row.source}" for row in rows
    ]
    return pd.DataFrame(table)


def _changes(keys: list[str], before: "pd.DataFrame", after: "pd.DataFrame") -> dict[str, Estimate | None]:
    typed = (_("Value"), _("At least"), _("At most"), _("Why this much"))
    changes: dict[str, Estimate | None] = {}
    for place, key in enumerate(keys):
        old, new = (tuple(_plain(frame[title].iloc[place]) for title in typed) for frame in (before, after))
        if old != new:
            changes[key] = None if new[0] is None else Estimate(new[0], new[1], new[2], why=new[3] or "")
    return changes


def _plain(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, str):
        return value.strip()
    return None if value is None or pd.isna(value) else float(value)
