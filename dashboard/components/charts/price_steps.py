"""A price over time: a step for each source, as long as it held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dashboard.components.charts.template import PAIR, axis, blank, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Steps:
    """The prices of one source, in the axis's unit, each from its day on."""

    name: str
    days: Sequence[date]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    place: int | None = None


def price_steps(series: Sequence[Steps], title: str, until: date, *, theme: Ink | None = None) -> "go.Figure":
    """Steps that run on to `until`; the band is a price's own interval."""
    paint = theme or ink()
    top = max((value for one in series for value in one.high), default=1.0)
    figure = blank(
        paint,
        PAIR,
        axis(paint, grid=False, type="date", nticks=6, tickformat="%Y-%m"),
        axis(paint, title, range=[0, 1.12 * top or 1.0], nticks=5),
        legend=len(series) > 1,
    )
    for one in series:
        _draw(figure, one, until, paint)
    return figure


def _draw(figure: "go.Figure", one: Steps, until: date, paint: Ink) -> None:
    colour = paint.series_colour(one.place)
    days = [*one.days, max(until, one.days[-1])]
    if any(low != high for low, high in zip(one.low, one.high, strict=True)):
        low, high = [*one.low, one.low[-1]], [*one.high, one.high[-1]]
        for values, fill in ((low, None), (high, "tonexty")):
            figure.add_scatter(
                x=days,
                y=values,
                mode="lines",
                line={"width": 0, "shape": "hv"},
                fill=fill,
                fillcolor=rgba(colour, 0.14),
                hoverinfo="skip",
                showlegend=False,
            )
    figure.add_scatter(
        x=days,
        y=[*one.values, one.values[-1]],
        name=safe(one.name),
        mode="lines+markers",
        line={"color": colour, "width": 2.5, "shape": "hv"},
        marker={"size": [8] * len(one.days) + [0], "color": colour, "opacity": 1, "line": {"width": 0}},
        hovertemplate="%{x|%Y-%m-%d}: %{y:,.6~g}<extra>%{fullData.name}</extra>",
    )
