"""A plan on a timeline: one bar an idea, from the month it starts to the month it stops costing money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.template import axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, FRAME, BAR = 44, 62, 0.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """One idea of the plan. Months count from 0."""

    name: str
    start: int
    months: int
    text: str
    """Written in or behind the bar."""


def timeline(stretches: Sequence[Stretch], months: int, title: str, *, theme: Ink | None = None) -> "go.Figure":
    """Bars from the top in the given order; the axis counts months from 1."""
    paint = theme or ink()
    rows = list(range(len(stretches), 0, -1))
    step = max(1, round(months / 6))
    ticks = list(range(0, months + 1, step))
    figure = blank(
        paint,
        ROW * len(stretches) + FRAME,
        axis(paint, title, range=[0, months * 1.02], tickvals=ticks, ticktext=[str(t) for t in ticks]),
        axis(
            paint,
            grid=False,
            tickvals=rows,
            ticktext=[safe(s.name) + "  " for s in stretches],
            range=[0.4, len(stretches) + 0.6],
        ),
    )
    figure.add_bar(
        x=[s.months for s in stretches],
        base=[s.start for s in stretches],
        y=rows,
        orientation="h",
        width=BAR,
        marker={"color": paint.series_colour(0), "line": {"width": 0}},
        hovertext=[f"{safe(s.name)}: {safe(s.text)}" for s in stretches],
        hoverinfo="text",
    )
    for stretch, row in zip(stretches, rows, strict=True):
        late = stretch.start + stretch.months > 0.7 * months
        figure.add_annotation(
            x=stretch.start if late else stretch.start + stretch.months,
            y=row,
            text=safe(stretch.text),
            showarrow=False,
            xanchor="right" if late and stretch.start > 0.3 * months else "left",
            xshift=-6 if late and stretch.start > 0.3 * months else 6,
            yshift=0 if not late or stretch.start > 0.3 * months else 17,
            font={"size": 12.5, "color": paint.text},
        )
    return figure
