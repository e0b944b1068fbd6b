"""Line charts: loss and validation curves, few-shot quality over k, latency over rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.components.charts.template import PAIR, axis, blank, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go

LABEL_APART = 0.075
"""Least distance of two end labels, as a share of the plot's height."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series in the axes' units. `place` is its colour from 0, None is slate."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    place: int | None = None
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dotted: bool = False
    marks: bool = False


def line_chart(
    lines: Sequence[Line],
    x_title: str,
    y_title: str,
    *,
    percent: bool = False,
    log_x: bool = False,
    limit: float | None = None,
    limit_name: str = "",
    height: int = PAIR,
    theme: Ink | None = None,
) -> "go.Figure":
    """Lines labelled at their right end; `limit` is a dashed level with its name. `percent` writes shares as %."""
    paint = theme or ink()
    drawn = [line for line in lines if len(line.x)]
    low, high = _reach(drawn, limit)
    form: dict[str, Any] = {"tickformat": ".0%"} if percent else {}
    x = axis(paint, x_title, grid=False, **_x_ticks(drawn, log_x=log_x))
    figure = blank(paint, height, x, axis(paint, y_title, range=[low, high], nticks=6, **form))
    if limit is not None:
        figure.add_hline(y=limit, line={"color": paint.slate, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=0,
            xref="paper",
            y=limit,
            text=safe(limit_name),
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"size": 12.5, "color": paint.text},
        )
    for line in drawn:
        _draw(figure, line, paint)
    _label(figure, drawn, LABEL_APART * (high - low), paint, log_x=log_x)
    figure.update_layout(margin_r=16 + _label_room(drawn))
    return figure


def _reach(lines: Sequence[Line], limit: float | None) -> tuple[float, float]:
    values = [v for line in lines for part in (line.y, line.low, line.high) if part is not None for v in part]
    values += [] if limit is None else [limit]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = 0.08 * (high - low) or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _x_ticks(lines: Sequence[Line], *, log_x: bool) -> dict[str, Any]:
    if not log_x:
        return {"nticks": 8, "tickformat": ",d"}
    places = sorted({x for line in lines for x in line.x})
    return {"type": "log", "tickvals": places, "ticktext": [f"{x:g}" for x in places]}


def _draw(figure: "go.Figure", line: Line, paint: Ink) -> None:
    colour = paint.series_colour(line.place)
    if line.low is not None and line.high is not None:
        figure.add_scatter(
            x=[*line.x, *reversed(line.x)],
            y=[*line.high, *reversed(line.low)],
            fill="toself",
            mode="lines",
            fillcolor=rgba(colour, 0.18),
            line={"width": 0},
            hoverinfo="skip",
        )
    single = len(line.x) == 1
    figure.add_scatter(
        x=list(line.x),
        y=list(line.y),
        name=safe(line.name),
        mode="lines+markers" if line.marks or single else "lines",
        line={"color": colour, "width": 2.5, "dash": "dot" if line.dotted else "solid"},
        marker={"size": 8, "color": colour, "opacity": 1, "line": {"width": 0}},
        hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
    )


def _label(figure: "go.Figure", lines: Sequence[Line], apart: float, paint: Ink, *, log_x: bool) -> None:
    import math

    taken = -math.inf
    # Behind the longest line: a shorter one's own end may lie under another line.
    x = max((line.x[-1] for line in lines), default=1.0)
    for line in sorted(lines, key=lambda each: each.y[-1]):
        taken = max(line.y[-1], taken + apart)
        figure.add_annotation(
            x=math.log10(x) if log_x else x,
            y=taken,
            text=safe(line.name),
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"size": 13, "color": paint.text},
        )


def _label_room(lines: Sequence[Line]) -> float:
    from dashboard.components.charts.labels import CHAR, WIDE_CHAR

    widths = [sum(CHAR if c.isascii() else WIDE_CHAR for c in line.name) for line in lines]
    return min(150.0, max(widths, default=0.0))
