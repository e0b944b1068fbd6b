"""The roadmap: days of review, and the spending of a saved plan, on one calendar."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard.components.address import kept_selectbox
from dashboard.components.badges import verdict_name
from dashboard.components.charts.roadmap import Mark, Span, months_after, roadmap
from dashboard.components.charts.template import show
from dashboard.components.errors import show_error
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from dashboard.store import plans
from engine.errors import ProspectusError

if TYPE_CHECKING:
    from dashboard.store.decisions import LoggedDecision
    from dashboard.store.plans import WhatIf

NONE = "none"
LONGEST_WORDS = 40


def roadmap_part(log: Sequence["LoggedDecision"], what_ifs: Sequence["WhatIf"]) -> None:
    """Draw it; a plan is computed only when somebody asks for it."""
    import streamlit as st

    reviews = [row for row in log if row.stands and row.review_on]
    if not reviews and not what_ifs:
        return
    names = {NONE: _("Days of review only"), **{row.key: translate("Plan “{name}”", name=row.name) for row in what_ifs}}
    with section_bar(_("What comes when"), control=True):
        key = kept_selectbox("plan", list(names), names.__getitem__, _("Plan"), width=260)
    marks = [Mark(row.idea, row.review_on, _review(row)) for row in reviews if row.review_on]
    spans = _spans(next(row for row in what_ifs if row.key == key)) if key != NONE else []
    if not marks and not spans:
        st.markdown(note(_("No day of review is set. Choose a plan to see it on the calendar.")))
        return
    alt = translate("Calendar with {n} reviews and {m} planned ideas.", n=len(marks), m=len(spans))
    show(roadmap(spans, marks, date.today(), _("today")), alt, "decisions_roadmap")


def _review(row: "LoggedDecision") -> str:
    return translate("review of {verdict}", verdict=verdict_name(row.verdict))


def _spans(what_if: "WhatIf") -> list[Span]:
    """The plan's ideas from the day on which the means were saved."""
    import streamlit as st

    found: plans.Allocation | ProspectusError
    try:
        found = plans.allocation(plans.what_if(what_if.key))
    except ProspectusError as error:
        found = error
    if isinstance(found, ProspectusError):
        show_error(found)
        return []
    if not found.plan.start_month:
        st.markdown(note(plain(_("Nothing fits into these means, so the plan is empty."))))
    start = what_if.created_at.date()
    return [
        Span(found.names[slug], months_after(start, month), months_after(start, month + found.months_of[slug]))
        for slug, month in found.plan.start_month.items()
    ]
