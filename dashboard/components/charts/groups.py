"""Dots with intervals for several series on the same rows: slices, groups of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.template import PAIR, axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, SERIES, FRAME = 26, 13, 78
"""Heights in px: of a row, of each further series in it, of the frame."""
LONGEST_LABEL = 26


@dataclass(frozen=True, slots=True)
class Point:
    """A value in the axis's unit with its interval, and what the hover says of it."""

    value: float
    low: float
    high: float
    text: str = ""
    pale: bool = False
    """Drawn hollow: too few rows to lean on."""


@dataclass(frozen=True, slots=True)
class Series:
    """One point a row; None where there is none. `place` is the colour from 0, None is slate."""

    name: str
    points: Sequence[Point | None]
    place: int | None = None


def grouped_dots(
    rows: Sequence[str], series: Sequence[Series], title: str, *, mark: float | None = None, theme: Ink | None = None
) -> "go.Figure":
    """Rows from the top, in each the series below each other; `mark` is a dotted line, such as the value over all."""
    paint = theme or ink()
    places = list(range(len(rows), 0, -1))
    figure = blank(
        paint,
        max(PAIR, len(rows) * (ROW + SERIES * len(series)) + FRAME),
        axis(paint, title, range=_reach(series, mark), nticks=6),
        axis(
            paint,
            grid=False,
            tickvals=places,
            ticktext=[safe(_short(name)) + "  " for name in rows],
            range=[0.4, len(rows) + 0.6],
        ),
        legend=len(series) > 1,
    )
    if mark is not None:
        figure.add_vline(x=mark, line={"color": paint.slate, "width": 1.5, "dash": "dot"})
    for index, one in enumerate(series):
        shift = 0.6 * ((len(series) - 1) / 2 - index) / max(1, len(series))
        _draw(figure, one, [place + shift for place in places], paint)
    figure.update_yaxes(tickfont={"size": 13, "color": paint.text})
    return figure


def _draw(figure: "go.Figure", series: Series, heights: Sequence[float], paint: Ink) -> None:
    colour = paint.series_colour(series.place)
    x: list[float | None] = []
    y: list[float | None] = []
    known = [(point, at) for point, at in zip(series.points, heights, strict=True) if point is not None]
    for point, at in known:
        x += [point.low, point.high, None]
        y += [at, at, None]
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": colour, "width": 4}, hoverinfo="skip", showlegend=False, opacity=0.75
    )
    figure.add_scatter(
        x=[point.value for point, _at in known],
        y=[at for _point, at in known],
        mode="markers",
        name=safe(series.name),
        marker={
            "size": 11,
            "color": [paint.paper if point.pale else colour for point, _at in known],
            "opacity": 1,
            "line": {"width": 2, "color": colour},
        },
        hovertext=[safe(point.text) for point, _at in known],
        hoverinfo="text",
    )


def _reach(series: Sequence[Series], mark: float | None) -> list[float]:
    edges = [e for one in series for p in one.points if p is not None for e in (p.value, p.low, p.high)]
    edges += [] if mark is None else [mark]
    low, high = min(edges, default=0.0), max(edges, default=1.0)
    room = 0.05 * (high - low) or 1.0
    return [low - room, high + room]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…"
