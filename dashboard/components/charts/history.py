"""Prices over time: one stepped line a competitor, from the day each price was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PAIR, axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The prices of one competitor for one unit, oldest first."""

    name: str
    days: Sequence[date]
    usd: Sequence[float]


def price_history(lines: Sequence[Asked], y_title: str, until: date, theme: Ink | None = None) -> "go.Figure":
    """Each price holds until the next one; the last one until today. At most `MOST` lines have a colour."""
    paint = theme or ink()
    top = max((price for line in lines for price in line.usd), default=1.0)
    figure = blank(
        paint,
        PAIR,
        axis(paint, grid=False, type="date", nticks=5, tickformat="%Y-%m", tickangle=0),
        axis(paint, y_title, range=[0, 1.12 * top or 1.0], nticks=6, tickformat=",~f"),
        legend=True,
    )
    for place, line in enumerate(lines):
        colour = paint.series_colour(place if place < MOST else None)
        figure.add_scatter(
            x=[*line.days, until],
            y=[*line.usd, line.usd[-1]],
            mode="lines+markers",
            name=safe(line.name),
            line={"color": colour, "width": 2.5, "shape": "hv"},
            marker={"size": [8] * len(line.days) + [0], "color": colour, "opacity": 1, "line": {"width": 0}},
            hovertext=[f"{safe(line.name)}: {formats.money(price)}" for price in (*line.usd, line.usd[-1])],
            hoverinfo="text+x",
        )
    return figure
