"""A sum built up part by part, the total at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PER_CLASS, axis, blank, safe
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
    places = list(range(len(rows), 0, -1))
    whole = total.value or 1.0
    figure = blank(
        paint,
        PER_CLASS * len(rows) + 16,
        axis(paint, grid=False, showticklabels=False, range=[0, _reach(rows, whole)]),
        axis(
            paint,
            grid=False,
            tickvals=places,
            ticktext=[safe(row.name) + "  " for row in rows],
            range=[0.4, len(rows) + 0.6],
        ),
    )
    figure.update_yaxes(tickfont={"size": 13, "color": paint.text})
    base = 0.0
    for step, place in zip(rows, places, strict=True):
        last = step is total
        start = 0.0 if last else base
        if step.value is not None:
            _bar(figure, step, start, place, paint.blue if last else rgba(paint.blue, 0.55))
        figure.add_annotation(
            x=0.0 if step.value is None else start + step.value,
            y=place,
            text=safe(step.text),
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"size": 13, "color": paint.text if step.value is not None else paint.muted},
        )
        base += 0.0 if last or step.value is None else step.value
    return figure


def _bar(figure: "go.Figure", step: Step, start: float, place: int, colour: str) -> None:
    figure.add_bar(
        x=[step.value],
        y=[place],
        base=[start],
        orientation="h",
        marker={"color": colour, "line": {"width": 0}},
        width=0.6,
        hovertext=[f"{safe(step.name)}: {formats.money(step.value or 0.0, step.low, step.high)}"],
        hoverinfo="text",
    )


def _reach(rows: Sequence[Step], whole: float) -> float:
    """Room for the longest text behind the longest bar."""
    return whole * (1.08 + 0.021 * max(len(row.text) for row in rows)) or 1.0
