"""The cohort triangle: users by their first month, and which share of them did something k months later."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PAIR, axis, blank, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, FRAME = 30, 60
DEEPEST = 0.55
MOST_WRITTEN = 13
"""Columns up to which the shares are written into the cells."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """One row: its name, how many users, and of each month after the first the share and what the hover says."""

    label: str
    shares: Sequence[float]
    texts: Sequence[str]


def cohorts(rows: Sequence[Cohort], x_title: str, *, phone: bool = False, theme: Ink | None = None) -> "go.Figure":
    """Rows from the top; the shade is the share, month 0 is everybody and is left out."""
    paint = theme or ink()
    most = max((len(row.shares) for row in rows), default=1)
    shares = [[*row.shares[1:], *[None] * (most - len(row.shares))] for row in rows]
    texts = [[*map(safe, row.texts[1:]), *[""] * (most - len(row.texts))] for row in rows]
    places = list(range(len(rows)))
    figure = blank(
        paint,
        max(PAIR, ROW * len(rows) + FRAME),
        axis(paint, x_title, grid=False, side="top", dtick=1 if most <= MOST_WRITTEN else 3),
        axis(
            paint,
            grid=False,
            tickvals=places,
            ticktext=[safe(row.label) + "  " for row in rows],
            range=[len(rows) - 0.5, -0.5],
        ),
    )
    figure.add_heatmap(
        z=shares,
        x=list(range(1, most)),
        y=places,
        zmin=0,
        zmax=max((s for row in shares for s in row if s is not None), default=1.0) or 1.0,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        colorscale=[[0, rgba(paint.blue, 0.05)], [1, rgba(paint.blue, DEEPEST)]],
        hovertext=texts,
        hoverinfo="text",
    )
    if most <= MOST_WRITTEN and not phone:
        for place, row in enumerate(rows):
            for month, share in enumerate(row.shares[1:], 1):
                figure.add_annotation(
                    x=month,
                    y=place,
                    text=formats.number(100 * share),
                    showarrow=False,
                    font={"size": 12, "color": paint.text},
                )
    return figure
