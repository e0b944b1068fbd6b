"""The dot plot: one value with its interval a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.labels import CHAR, WIDE_CHAR
from dashboard.components.charts.template import PAIR, at_mark, axis, blank, money_axis, named_rows, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW = 44
FRAME = 62


@dataclass(frozen=True, slots=True)
class Dot:
    """One row, in the axis's unit. `place` is its series colour from 0, None is slate."""

    label: str
    value: float
    low: float | None
    high: float | None
    text: str
    """The value as written at the mark."""
    place: int | None = None


def dot_plot(
    dots: Sequence[Dot],
    title: str,
    *,
    baseline: float | None = None,
    baseline_name: str = "",
    money: bool = False,
    theme: Ink | None = None,
) -> "go.Figure":
    """Rows from the top in the given order; `title` is the axis with its unit (US$ where it is `money`); the baseline
    is a dotted line.
    """
    paint = theme or ink()
    rows, names = named_rows(paint, [dot.label for dot in dots], strong=False)
    edges = [e for d in dots for e in (d.value, d.low, d.high) if e is not None]
    edges += [] if baseline is None else [baseline]
    room = max(0.16, 0.035 * max((_room(dot.text) for dot in dots), default=0.0))  # for the text at the longest bar
    span = (max(edges) - min(edges)) or abs(max(edges)) or 1.0
    low, high = min(edges) - 0.06 * span, max(edges) + room * span
    values = money_axis(paint, title, low, high) if money else axis(paint, title, range=[low, high], nticks=6)
    figure = blank(paint, max(PAIR, ROW * len(dots) + FRAME), values, names)
    if baseline is not None:
        figure.add_vline(x=baseline, line={"color": paint.slate, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=baseline,
            y=1,
            yref="paper",
            text=safe(baseline_name),
            showarrow=False,
            xanchor="left",
            yanchor="top",
            xshift=5,
            font={"size": 12.5, "color": paint.text},
        )
    for dot, row in zip(dots, rows, strict=True):
        _draw(figure, dot, row, paint)
    return figure


def _room(text: str) -> float:
    """Its width in Latin characters."""
    return sum(CHAR if c.isascii() else WIDE_CHAR for c in text) / CHAR


def _draw(figure: "go.Figure", dot: Dot, row: int, paint: Ink) -> None:
    colour = paint.series_colour(dot.place)
    end = dot.value
    if dot.low is not None and dot.high is not None:
        end = max(dot.high, dot.value)
        figure.add_scatter(
            x=[dot.low, dot.high], y=[row, row], mode="lines", line={"color": colour, "width": 4}, hoverinfo="skip"
        )
    figure.add_scatter(
        x=[dot.value],
        y=[row],
        mode="markers",
        marker={"size": 12, "color": colour, "opacity": 1, "line": {"width": 0}},
        hovertext=f"{safe(dot.label)}: {safe(dot.text)}",
        hoverinfo="text",
    )
    figure.add_annotation(at_mark(end, row, dot.text, paint, shift=9))
