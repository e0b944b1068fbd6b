"""One price whole: since when, who says so, what it was before, and who says otherwise."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard.components.badges import grade_badge
from dashboard.components.charts.price_steps import Steps, price_steps
from dashboard.components.charts.template import show
from dashboard.components.head import section_bar
from dashboard.components.money.amounts import Shown
from dashboard.components.money.rates_table import age_of, name_of, source_line
from dashboard.components.text import note, one_line, plain, sentences
from dashboard.i18n import _, translate
from engine.costs.rates import UNIT_NAMES

if TYPE_CHECKING:
    from dashboard.store.money import RateRow

SHOWN_ROWS = 12


def draw_detail(
    row: "RateRow", history: Sequence["RateRow"], shown: Shown, today: date, change: Callable[["RateRow"], None]
) -> None:
    """Draw it; `change` opens the form for a new price."""
    import streamlit as st

    place = section_bar(name_of(row), note=plain(row.key), control=True)
    if place.button(_("Enter a new price"), icon=":material/edit:", key="rates_change"):
        change(row)
    st.markdown(_sentence(row, shown))
    if row.others:
        st.warning(_apart(row, shown), icon=":material/compare_arrows:")
    left, right = st.columns([0.5, 0.5], gap="medium")
    with left:
        unit = f"{shown.currency}, {_(UNIT_NAMES[row.unit])}"
        alt = translate("Steps: the price of {thing} over time, {n} rows", thing=name_of(row), n=len(history))
        show(price_steps(_steps(history, shown), unit, today), alt, "rates_history")
    with right:
        _table(history, shown, today)


def _sentence(row: "RateRow", shown: Shown) -> str:
    price = f"**{plain(shown.text(row.usd))}** {_(UNIT_NAMES[row.unit])}"
    since = translate("since {day}", day=row.valid_from.isoformat())
    return f"{price} {grade_badge(row.grade)} {plain(since)} · {source_line(row)}"  # type: ignore[arg-type]


def _apart(row: "RateRow", shown: Shown) -> str:
    said = [
        translate(
            "{source} says {price}, looked at {day}.",
            source=other.source,
            price=shown.text(other.usd),
            day=other.checked_on.isoformat() if other.checked_on else _("never"),
        )
        for other in row.others
    ]
    return plain(sentences(_("Sources disagree. The newest row counts."), *said))


def _steps(history: Sequence["RateRow"], shown: Shown) -> list[Steps]:
    """One line a source, in the order in which they begin."""
    series = []
    for place, origin in enumerate(dict.fromkeys(row.origin for row in history)):
        rows = [row for row in history if row.origin == origin]
        series.append(
            Steps(
                origin or _("not said"),
                [row.valid_from for row in rows],
                [shown.number(row.usd) for row in rows],
                [shown.number(row.low_usd) for row in rows],
                [shown.number(row.high_usd) for row in rows],
                place,
            )
        )
    return series


def _table(history: Sequence["RateRow"], shown: Shown, today: date) -> None:
    import streamlit as st

    rows = list(reversed(history))[:SHOWN_ROWS]
    columns = {
        _("Since"): [one_line(row.valid_from.isoformat()) for row in rows],
        _("Price"): [one_line(f"**{plain(shown.text(row.usd))}**") for row in rows],
        _("Grade"): [grade_badge(row.grade) for row in rows],  # type: ignore[arg-type]
        _("Looked at"): [one_line(age_of(row, today)) for row in rows],
        _("Who says so"): [source_line(row) for row in rows],
    }
    st.table(columns, border="horizontal", hide_header=False, hide_index=True, alt=_("Every price of it, newest first"))
    if len(history) > SHOWN_ROWS:
        st.markdown(note(translate("{n} older rows are in the export.", n=len(history) - SHOWN_ROWS)))
