"""Latency over the rate of requests: one measured curve a model, and the limit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.charts.template import PAIR, axis, blank, log_axis, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

NARROW = 10.0
"""Rates that differ by less than this factor stand on a plain axis."""


@dataclass(frozen=True, slots=True)
class Speed:
    """A model's measured points, by concurrency."""

    name: str
    rate: Sequence[float]
    ms: Sequence[float]
    at_once: Sequence[int]
    place: int | None


def speed_chart(
    speeds: Sequence[Speed], titles: tuple[str, str], limit_ms: float, limit_name: str, *, theme: Ink | None = None
) -> "go.Figure":
    """Latency is on a log axis, the rate too where the models differ by much. titles: of both."""
    paint = theme or ink()
    rates = [r for speed in speeds for r in speed.rate]
    times = [t for speed in speeds for t in speed.ms]
    figure = blank(
        paint,
        PAIR,
        _rates(paint, titles[0], rates) | {"showgrid": False},
        log_axis(paint, titles[1], [*times, limit_ms], room=1.5),
        legend=len(speeds) > 1,
    )
    for speed in speeds:
        colour = paint.series_colour(speed.place)
        figure.add_scatter(
            x=list(speed.rate),
            y=list(speed.ms),
            name=safe(speed.name),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 7, "color": colour, "opacity": 1, "line": {"width": 0}},
            hovertext=[
                f"{safe(speed.name)}<br>{n}: {formats.number(r, 0)} / s, {formats.milliseconds(ms)}"
                for n, r, ms in zip(speed.at_once, speed.rate, speed.ms, strict=True)
            ],
            hoverinfo="text",
        )
    figure.add_hline(y=limit_ms, line={"color": paint.slate, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=0,
        xref="paper",
        y=math.log10(limit_ms),
        text=safe(limit_name),
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"size": 12.5, "color": paint.text},
    )
    return figure


def _rates(paint: Ink, title: str, rates: Sequence[float]) -> dict[str, Any]:
    """A log axis of one decade would have a single tick: from a tenth of the fastest on a plain one is read better."""
    if max(rates) > NARROW * min(rates):
        return log_axis(paint, title, rates, room=1.5)
    return axis(paint, title, range=[0, 1.1 * max(rates)], nticks=6, tickformat=",d")
