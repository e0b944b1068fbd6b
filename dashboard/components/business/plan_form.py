"""Later hires, grants and funding of a scenario, and how serving is paid: tables to type in."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from dashboard.components.author import author_field
from dashboard.components.business.inputs_form import Opened, save_and_open
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain
from dashboard.i18n import _
from engine.business.scenario import MONTHS, SERVING, Hire, Money
from engine.errors import N_, InputError

if TYPE_CHECKING:
    import pandas as pd

    from engine.business.scenario import Scenario

SERVING_NAMES = {"shared": N_("By request"), "reserved": N_("Whole devices, by the month")}
KINDS: dict[Literal["grant", "funding"], str] = {"grant": N_("grant"), "funding": N_("funding")}
Change = Callable[[Sequence[Hire], Sequence[Money], str, str], str]
"""Hires, money, serving, author; the key of the new scenario."""


def plan_form(scenario: "Scenario", change: Change, opened: Opened) -> None:
    """Draw both tables, a row to add at their ends, and save them as a new scenario."""
    import streamlit as st

    section_bar(_("Hires, grants and funding"))
    st.markdown(note(plain(_("A grant is income. Funding fills the cash and is owed to owners, so it is no income."))))
    with st.form("plan_form", border=False, enter_to_submit=False):
        left, right = st.columns([0.42, 0.58], gap="medium")
        with left:
            hires = _editor(_hires_frame(scenario), _hires_columns(), "plan_hires")
        with right:
            money = _editor(_money_frame(scenario), _money_columns(), "plan_money")
        serving = st.segmented_control(
            _("Serving is paid"),
            SERVING,
            default=scenario.serving,
            required=True,
            format_func=lambda name: _(SERVING_NAMES[name]),
            key="plan_serving",
        )
        author = author_field("plan_author")
        pressed = st.form_submit_button(_("Save as a scenario"), key="plan_go")
    if pressed:
        chosen = serving or scenario.serving
        save_and_open(author, lambda: change(_hires(hires), _money(money), chosen, author), opened)


def _editor(frame: "pd.DataFrame", columns: dict[str, Any], key: str) -> "pd.DataFrame":
    import streamlit as st

    return st.data_editor(frame, hide_index=True, num_rows="dynamic", column_config=columns, placeholder="–", key=key)


def _month() -> Any:
    import streamlit as st

    return st.column_config.NumberColumn(min_value=1, max_value=MONTHS, step=1, width=105)


def _hires_columns() -> dict[str, Any]:
    import streamlit as st

    return {
        _("Who joins"): st.column_config.TextColumn(width=105),
        _("From month"): _month(),
        _("US$ a month"): st.column_config.NumberColumn(format="%.6g", width=110),
    }


def _money_columns() -> dict[str, Any]:
    import streamlit as st

    names = [_(name) for name in KINDS.values()]
    return {
        _("From whom"): st.column_config.TextColumn(width=110),
        _("Kind"): st.column_config.SelectboxColumn(options=names, default=names[0], width=75),
        _("In month"): _month(),
        _("US$"): st.column_config.NumberColumn(format="%.6g", width=80),
        _("Chance, 0 to 1"): st.column_config.NumberColumn(min_value=0, max_value=1, default=1.0, width=130),
    }


def _hires_frame(scenario: "Scenario") -> "pd.DataFrame":
    import pandas as pd

    rows = scenario.hires
    return pd.DataFrame(
        {
            _("Who joins"): pd.array([row.who for row in rows], dtype="string"),
            _("From month"): pd.array([row.month for row in rows], dtype="Int64"),
            _("US$ a month"): pd.array([row.usd_per_month for row in rows], dtype="Float64"),
        }
    )


def _money_frame(scenario: "Scenario") -> "pd.DataFrame":
    import pandas as pd

    rows = scenario.money
    return pd.DataFrame(
        {
            _("From whom"): pd.array([row.who for row in rows], dtype="string"),
            _("Kind"): pd.array([_(KINDS[row.kind]) for row in rows], dtype="string"),
            _("In month"): pd.array([row.month for row in rows], dtype="Int64"),
            _("US$"): pd.array([row.usd for row in rows], dtype="Float64"),
            _("Chance, 0 to 1"): pd.array([row.chance for row in rows], dtype="Float64"),
        }
    )


def _hires(frame: "pd.DataFrame") -> list[Hire]:
    """The rows as typed. Raises InputError for one without a month or a sum."""
    return [
        Hire(int(_filled(row[1], _("From month"))), float(_filled(row[2], _("US$ a month"))), _text(row[0]))
        for row in _rows(frame)
    ]


def _money(frame: "pd.DataFrame") -> list[Money]:
    by_name = {_(name): key for key, name in KINDS.items()}
    return [
        Money(
            int(_filled(row[2], _("In month"))),
            float(_filled(row[3], _("US$"))),
            float(_filled(row[4], _("Chance, 0 to 1"))),
            by_name[_filled(row[1], _("Kind"))],
            _text(row[0]),
        )
        for row in _rows(frame)
    ]


def _rows(frame: "pd.DataFrame") -> list[tuple[Any, ...]]:
    """Rows in which something was typed."""
    import pandas as pd

    found = [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False)]
    return [row for row in found if any(cell not in (None, "", 1.0) for cell in row)]


def _filled(value: Any, column: str) -> Any:
    if value is None or value == "":
        raise InputError(N_("Each row needs a value in the column “{column}”."), column=column)
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
