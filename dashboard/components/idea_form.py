"""The form that an idea is written down and changed with: what it is, and the bar it is judged by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.components.assumption import Assumed, assumption_fields
from dashboard.components.author import author_field
from dashboard.components.errors import show_error, shown
from dashboard.components.text import all_of
from dashboard.i18n import _
from engine import catalog
from engine.errors import N_, InputError
from engine.evidence import measure

TASK = "text_classification"
FIRST_ASSUMED = ("economics.price_per_1k_usd", "market.requests_per_month")
USUAL = {"bar_minimum": 0.85, "latency_limit_ms": 200.0}


@dataclass(frozen=True, slots=True)
class Idea:
    """What was typed about a new idea."""

    fields: Mapping[str, Any]
    """Keyword arguments of the action: name, owner, domain, customer, hypothesis, bar_measure, bar_minimum, ..."""
    assumptions: Mapping[str, tuple[float, float | None, float | None, str]]


def new_idea_form(add: Callable[[Idea], None], key: str) -> None:
    """Draw the whole form; `add` is called with what was typed once it is complete."""
    import streamlit as st

    with st.form(f"{key}_form", border=False, enter_to_submit=False):
        fields = idea_fields({}, key)
        fields["owner"] = author_field(f"{key}_owner")
        with st.expander(_("What do you assume it earns? (optional)"), type="compact"):
            assumed = {name: assumption_fields(name, key) for name in FIRST_ASSUMED}
        if not st.form_submit_button(_("Add the idea"), type="primary", key=f"{key}_add"):
            return
    if _complete(fields, assumed):
        with shown():
            add(Idea(fields, _given(assumed)))


def idea_fields(start: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Draw the fields of the idea itself, beginning with `start`; returns what stands in them."""
    import streamlit as st

    fields: dict[str, Any] = {
        "name": st.text_input(_("What is it called?"), start.get("name", ""), key=f"{key}_name"),
        "hypothesis": st.text_area(
            _("Why would somebody pay for it?"), start.get("hypothesis", ""), key=f"{key}_why", height=80
        ),
    }
    left, right = st.columns(2)
    fields["customer"] = left.text_input(_("For whom?"), start.get("customer", ""), key=f"{key}_customer")
    fields["domain"] = right.text_input(_("In which trade?"), start.get("domain", ""), key=f"{key}_domain")
    return fields | _bar_fields(start, key)


def _bar_fields(start: Mapping[str, Any], key: str) -> dict[str, Any]:
    import streamlit as st

    deciding = catalog.task(TASK).deciding_measures
    one, two, three = st.columns(3, vertical_alignment="bottom")
    chosen = one.selectbox(
        _("Judged by"),
        deciding,
        index=deciding.index(start.get("bar_measure", deciding[0])),
        format_func=lambda name: _(measure(name).title),
        key=f"{key}_measure",
    )
    minimum = two.number_input(
        _("Good enough from (%)"), 0.0, 100.0, 100 * start.get("bar_minimum", USUAL["bar_minimum"]), 1.0,
        format="%g", key=f"{key}_minimum", help=_("Below this nobody would use it. It decides what is ranked first."),
    )  # fmt: skip
    limit = three.number_input(
        _("Slowest answer (ms)"), 1.0, 600_000.0, start.get("latency_limit_ms", USUAL["latency_limit_ms"]), 10.0,
        format="%g", key=f"{key}_limit", help=_("95 of 100 answers must come within this time."),
    )  # fmt: skip
    return {"bar_measure": chosen, "bar_minimum": minimum / 100, "latency_limit_ms": limit}


def _complete(fields: Mapping[str, Any], assumed: Mapping[str, Assumed]) -> bool:
    needed = {_("a name"): fields["name"].strip(), _("your name"): fields["owner"]}
    lacking = [word for word, given in needed.items() if not given]
    lacking += [_("a reason for each assumption") for one in assumed.values() if one.value is not None and not one.why][
        :1
    ]
    if lacking:
        show_error(InputError(N_("An idea needs {parts}."), parts=all_of(lacking)))
    return not lacking


def _given(assumed: Mapping[str, Assumed]) -> dict[str, tuple[float, float | None, float | None, str]]:
    return {key: (one.value, one.low, one.high, one.why) for key, one in assumed.items() if one.value is not None}
