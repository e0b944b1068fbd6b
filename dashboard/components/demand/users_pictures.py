"""Pictures of what users do: who is still there, the funnel, how often they come, the cohorts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.charts.cohorts import Cohort, cohorts
from dashboard.components.charts.funnel import Step, funnel
from dashboard.components.charts.lines import Line, line_chart
from dashboard.components.charts.template import show
from dashboard.components.ink import on_phone
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    from dashboard.store.demand import BehaviourRow

SHOWN_COHORTS = 14


def draw_survival(survival: Sequence[Mapping[str, Any]]) -> None:
    """Draw who did something k months after the first one or later, with its band."""
    import streamlit as st

    if not survival:
        st.markdown(note(plain(_("The file is too short to tell who comes back."))))
        return
    line = Line(
        _("still there"),
        [float(row["month"]) for row in survival],
        [row["value"] for row in survival],
        0,
        [row["low"] for row in survival],
        [row["high"] for row in survival],
    )
    last = survival[-1]
    alt = translate(
        "Share of users still there by month; {share} after {n} months",
        share=formats.percent(last["value"], last["low"], last["high"]),
        n=last["month"],
    )
    show(line_chart([line], _("Months after the first"), _("Still there"), percent=True), alt, "users_survival")
    st.markdown(note(plain(_("Kaplan-Meier over all cohorts; band: 95%, by Greenwood."))))


def draw_funnel(steps: Sequence[Mapping[str, Any]]) -> None:
    """Draw the funnel's steps with their users and shares."""
    import streamlit as st

    first = max(1, steps[0]["users"]) if steps else 1
    drawn = [
        Step(
            step["users"] / first,
            step["kind"],
            _step_text(step),
            _passed(step["of_previous"]),
            solid=True,
        )
        for step in steps
    ]
    show(funnel(drawn), _("Funnel of users by step"), "users_funnel")
    said = _("Between bars who went on, with the 95% interval; in brackets the share of all who began.")
    st.markdown(note(plain(said)))


def _step_text(step: Mapping[str, Any]) -> str:
    share = step["of_first"]
    count = formats.number(step["users"])
    if share is None or share["value"] == 1:
        return count
    return f"{count} ({formats.percent(share['value'], share['low'], share['high'])})"


def _passed(share: Mapping[str, float] | None) -> str:
    if share is None:
        return ""
    low, high = share["low"], share["high"]
    ends = (formats.percent(end, low, high) for end in (low, high))
    return f"{formats.percent(share['value'], low, high)} ({formats.between(*ends)})"


def draw_frequency(frequency: Mapping[str, Any], users: int) -> None:
    """Draw how many users came how often."""
    import streamlit as st

    columns: dict[str, list[str]] = {_("Events"): [], _("Users"): [], _("Share"): []}
    for bucket in frequency["buckets"]:
        low, high = bucket["from"], bucket["to"]
        name = str(low) if low == high else f"{low}–{high}" if high else translate("{n} or more", n=low)
        cells = (name, formats.number(bucket["users"]), formats.percent(bucket["users"] / users))
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(plain(cell))
    st.table(columns, border="horizontal", hide_index=True, alt=_("Users by number of events"))
    days = frequency["median_days_between"]
    said = translate(
        "{mean} events a user, {active} in a month that they came in.",
        mean=formats.number(frequency["events_per_user"], 1),
        active=formats.number(frequency["events_per_active_month"], 1),
    )
    if days is not None:
        said += " " + translate("Half of the pauses are shorter than {days} days.", days=formats.number(days, 1))
    st.markdown(note(plain(said)))


def draw_cohorts(row: "BehaviourRow") -> None:
    """Draw the triangle of the newest cohorts."""
    import streamlit as st

    found = [one for one in row.summary["cohorts"] if len(one["active"]) > 1][-SHOWN_COHORTS:]
    if not found:
        st.markdown(note(plain(_("A cohort needs a second month to come back in."))))
        return
    rows = [
        Cohort(
            f"{one['month']} ({formats.number(one['users'])})",
            [cell["value"] for cell in one["active"]],
            [_hover(one, month, cell) for month, cell in enumerate(one["active"])],
        )
        for one in found
    ]
    alt = _("Share of each cohort that came back, by months after the first")
    show(cohorts(rows, _("Months after the first"), phone=on_phone()), alt, "users_cohorts")
    said = _(
        "Percent of the users of a first month who did something in a later one. Point at a cell for its interval."
    )
    st.markdown(note(plain(said)))


def _hover(cohort: Mapping[str, Any], month: int, cell: Mapping[str, Any]) -> str:
    low, high = cell["low"], cell["high"]
    ends = (formats.percent(end, low, high) for end in (low, high))
    share = formats.percent(cell["value"], low, high)
    return f"{cohort['month']} +{month}: {formats.number(cell['users'])}, {share} ({formats.between(*ends)})"
