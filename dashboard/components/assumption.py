"""Fields for an assumption: value, its low and high end, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.i18n import _
from engine.errors import N_
from engine.evidence import measure

if TYPE_CHECKING:
    from dashboard.store import Figure

ASSUMABLE = ("economics.price_per_1k_usd", "market.requests_per_month", "market.customers")
UNITS = {"usd": N_("US$")}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What was typed; None where a field is empty."""

    value: float | None
    low: float | None
    high: float | None
    why: str


def assumption_fields(key: str, widget_key: str, current: "Figure | None" = None) -> Assumed:
    """Draw the fields of one measure, beginning with the current figure."""
    import streamlit as st

    found = measure(key)
    title = f"{_(found.title)} ({_(UNITS[found.unit])})" if found.unit in UNITS else _(found.title)
    start = (None, None, None) if current is None else (current.value, current.low, current.high)
    labels = (title, _("At least"), _("At most"))
    numbers = []
    for place, label, value in zip(st.columns([2, 1, 1]), labels, start, strict=True):
        numbers.append(
            place.number_input(
                label,
                min_value=0.0,
                value=value,
                format="%g",
                step=None,
                placeholder=_("unknown"),
                key=f"{widget_key}_{key}_{label}",
                help=_(found.help) if label is labels[0] else None,
            )
        )
    why = st.text_input(
        _("Why this much"),
        value=current.note if current else "",
        placeholder=_("Where the figure comes from"),
        key=f"{widget_key}_{key}_why",
    )
    return Assumed(numbers[0], numbers[1], numbers[2], why.strip())
