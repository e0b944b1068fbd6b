"""The one row of at most four key figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.components.badges import grade_mark
from engine.evidence import Grade

MOST = 4
DOLLARS = "美元"
AFTER_A_NUMBER = re.compile(r"(?<=\d)(?=[\u4e00-\u9fff])")
"""Where a Chinese word would touch a number that stood before its unit."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure as written. `label` is up to 16 characters; the grade's mark is added to it."""

    label: str
    value: str
    grade: Grade | None = None
    interval: str = ""
    help: str = ""
    """Where the figure comes from."""


def kpi_row(kpis: Sequence[Kpi], *, border: bool = True, width: int = 165, columns: int = MOST) -> None:
    """Four in a row, two by two on a phone; the interval stands where a change would."""
    import streamlit as st

    row = st.grid(columns, min_column_width=width)
    for kpi in kpis:
        label, value, ends = _in_label(kpi)
        row.metric(
            f"{label} {grade_mark(kpi.grade)}" if kpi.grade else label,
            value,
            delta=formats.delta_text(ends) or None,
            delta_color="off",
            delta_arrow="off",
            help=kpi.help or None,
            border=border,
            height="stretch",
        )


def _in_label(kpi: Kpi) -> tuple[str, str, str]:
    """Label, value and interval with a Chinese unit moved into the label: in the value it makes a card taller than
    others, and beside both ends it is cut on a phone.
    """
    number, space, unit = kpi.value.rpartition(formats.NBSP)
    if not (space and unit and all("\u4e00" <= character <= "\u9fff" for character in unit)):
        return kpi.label, kpi.value, kpi.interval
    return f"{kpi.label}，{unit}", number, _without(unit, kpi.interval)


def _without(unit: str, ends: str) -> str:
    """The ends without the unit that the label says; as they are where one has another unit, such as ten thousands."""
    alike = unit == DOLLARS or ends.count(unit) == ends.count(DOLLARS)
    bare = ends.replace(formats.NBSP + unit, "").replace(unit, "") if alike else ends
    return AFTER_A_NUMBER.sub(formats.NBSP, bare)
