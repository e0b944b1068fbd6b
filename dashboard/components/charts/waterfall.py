"""A sum built up part by part, the total at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PER_CLASS, at_mark, axis, blank, named_rows, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Step:
    """One part: its name, its money with both ends, and the text beside it. None is unknown."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    text: str


def waterfall(steps: Sequence[Step], total: Step, *, theme: Ink | None = None) -> "go.Figure":
    """Parts from the top down, each beginning where the one above it ends; unknown ones are written, not drawn."""
    paint = theme or ink()
    rows = [*steps, total]
    places, names = named_rows(paint, [row.name for row in rows])
    whole = total.value or 1.0
    figure = blank(
        paint,
        PER_CLASS * len(rows) + 16,
        axis(paint, grid=False, showticklabels=False, range=[0, _reach(rows, whole)]),
        names,
    )
    known = [(step, place) for step, place in zip(rows, places, strict=True) if step.value is not None]
    starts = _starts(rows)
    ends = [0.0 if step.value is None else start + step.value for step, start in zip(rows, starts, strict=True)]
    figure.add_bar(
        x=[step.value for step, _place in known],
        y=[place for _step, place in known],
        base=[start for step, start in zip(rows, starts, strict=True) if step.value is not None],
        orientation="h",
        marker={
            "color": [paint.blue if step is total else rgba(paint.blue, 0.55) for step, _place in known],
            "line": {"width": 0},
        },
        width=0.6,
        hovertext=[
            f"{safe(step.name)}: {formats.money(step.value or 0.0, step.low, step.high)}" for step, _place in known
        ],
        hoverinfo="text",
    )
    # All at once: Plotly checks everything anew with each one that is added.
    figure.update_layout(
        annotations=[
            at_mark(end, place, step.text, paint, shift=6, muted=step.value is None)
            for step, end, place in zip(rows, ends, places, strict=True)
        ]
    )
    return figure


def _starts(rows: Sequence[Step]) -> list[float]:
    """Where each bar begins: at the end of the one above it; the total, which is last, at 0."""
    base, found = 0.0, []
    for step in rows[:-1]:
        found.append(base)
        base += step.value or 0.0
    return [*found, 0.0]


def _reach(rows: Sequence[Step], whole: float) -> float:
    """Room for the longest text behind the longest bar."""
    return whole * (1.08 + 0.021 * max(len(row.text) for row in rows)) or 1.0
