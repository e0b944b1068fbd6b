"""The matrix: each idea's way to its own bar against its cost, as a bubble with its intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.badges import stage_name
from dashboard.components.charts.labels import FAR, Mark, Segment, Spot, place
from dashboard.components.charts.template import MATRIX, axis, blank, broken, log_axis, safe
from dashboard.components.ink import Ink, ink, rgba
from dashboard.i18n import _, language
from engine.spec import STAGES

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE, NARROW = (430.0, 320.0), (272.0, 320.0)
"""Inner size of the plot in px beside the ranking at 1440, and on a phone."""
LEVELS = (1.0, 0.0)
"""The bar and the naive baseline on the vertical axis."""
LEAST_ROOM, ROOM = 0.05, 3.0
"""Space around the outermost figures for labels: a share of the way, and a factor of the cost."""
SMALLEST, LARGEST = 16.0, 54.0


@dataclass(frozen=True, slots=True)
class Bubble:
    """One idea. Money is US$; the score is the share of the way from the naive baseline (0) to the bar (1)."""

    name: str
    stage: str
    cost: float
    cost_low: float | None
    cost_high: float | None
    score: float
    score_low: float | None
    score_high: float | None
    area: float | None
    """What the bubble's area stands for; None draws the smallest bubble."""
    measured: bool
    """Filled when both figures were observed, hollow when not yet."""


def matrix(
    bubbles: Sequence[Bubble], x_title: str, y_title: str, *, phone: bool = False, theme: Ink | None = None
) -> "go.Figure":
    """Cost on a log axis to the right, way to the bar upwards, both with their intervals.

    The same figure object for the same arguments and language, as placing the names takes most of a click's time:
    it is not to be changed.
    """
    return _matrix(tuple(bubbles), x_title, y_title, phone, theme or ink(), language())


@lru_cache(maxsize=32)
def _matrix(
    bubbles: tuple[Bubble, ...], x_title: str, y_title: str, phone: bool, paint: Ink, _language: str
) -> "go.Figure":
    costs = [c for b in bubbles for c in (b.cost, b.cost_low, b.cost_high) if c is not None and c > 0]
    scores = [s for b in bubbles for s in (b.score, b.score_low, b.score_high) if s is not None]
    low, high = min([LEVELS[0], *scores]), max([LEVELS[0], *scores])
    room = max(0.14 * (high - low), LEAST_ROOM)
    x = log_axis(paint, x_title, costs, money=True, room=ROOM)
    y = axis(paint, y_title, range=[low - room, high + room], tickformat=".0%")
    figure = blank(paint, MATRIX, x, y, legend=True)
    _levels(figure, paint, low - room)
    sizes = diameters([b.area for b in bubbles])
    for bubble, size in zip(bubbles, sizes, strict=True):
        _draw(figure, bubble, size, paint)
    _name(figure, bubbles, sizes, NARROW if phone else WIDE, paint)
    _legend(figure, bubbles, paint)
    return figure


def diameters(areas: Sequence[float | None]) -> list[float]:
    """Bubble diameters in px whose areas are proportional to `areas`; unknown and tiny ones take the smallest."""
    largest = max((a for a in areas if a), default=0.0)
    return [max(SMALLEST, LARGEST * math.sqrt(a / largest)) if a and largest else SMALLEST for a in areas]


def _levels(figure: "go.Figure", paint: Ink, start: float) -> None:
    for level, words in zip(LEVELS, (_("bar"), _("naive baseline")), strict=True):
        if level < start:
            continue
        figure.add_hline(y=level, line={"color": paint.slate, "width": 1.2, "dash": "dot" if level == 0 else "dash"})
        figure.add_annotation(
            x=0,
            xref="paper",
            y=level,
            text=words,
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"size": 12, "color": paint.muted},
        )


def _draw(figure: "go.Figure", bubble: Bubble, size: float, paint: Ink) -> None:
    colour = paint.stage(bubble.stage)
    fill = rgba(colour, 0.42) if bubble.measured and bubble.stage != "stopped" else rgba(colour, 0.06)
    figure.add_scatter(
        x=[bubble.cost],
        y=[bubble.score],
        mode="markers",
        marker={"size": size, "color": fill, "opacity": 1, "line": {"width": 1.8, "color": colour}},
        error_x=_error(bubble.cost, bubble.cost_low, bubble.cost_high, colour),
        error_y=_error(bubble.score, bubble.score_low, bubble.score_high, colour),
        hovertext=_hover(bubble),
        hoverinfo="text",
        showlegend=False,
        cliponaxis=False,
    )
    if bubble.stage == "stopped":
        figure.add_scatter(
            x=[bubble.cost],
            y=[bubble.score],
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            marker={"symbol": "x-thin", "size": size * 0.6, "line": {"width": 1.8, "color": colour}},
        )


def _error(value: float, low: float | None, high: float | None, colour: str) -> dict[str, Any] | None:
    if low is None or high is None:
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, high - value)],
        "arrayminus": [max(0.0, value - low)],
        "thickness": 1.5,
        "width": 0,
        "color": colour,
    }


def _hover(bubble: Bubble) -> str:
    return f"<b>{safe(bubble.name)}</b><br>{stage_name(bubble.stage)}<br>" + "<br>".join(
        (
            formats.percent(bubble.score, bubble.score_low, bubble.score_high),
            formats.money(bubble.cost, bubble.cost_low, bubble.cost_high),
        )
    )


def _name(
    figure: "go.Figure",
    bubbles: Sequence[Bubble],
    sizes: Sequence[float],
    plot: tuple[float, float],
    paint: Ink,
) -> None:
    x_range: tuple[float, float] = figure.layout.xaxis.range
    y_range: tuple[float, float] = figure.layout.yaxis.range

    def x_share(value: float | None, spare: float) -> float:
        return (math.log10(value if value and value > 0 else spare) - float(x_range[0])) / (x_range[1] - x_range[0])

    def y_share(value: float | None, spare: float) -> float:
        return ((spare if value is None else value) - y_range[0]) / (y_range[1] - y_range[0])

    marks = [
        Mark(
            x_share(b.cost, b.cost),
            y_share(b.score, b.score),
            size / 2,
            tuple(broken(b.name)),
            (
                x_share(b.cost_low, b.cost),
                x_share(b.cost_high, b.cost),
                y_share(b.score_low, b.score),
                y_share(b.score_high, b.score),
            ),
        )
        for b, size in zip(bubbles, sizes, strict=True)
    ]
    levels: list[Segment] = [(0.0, 1.0, y_share(at, at), y_share(at, at)) for at in LEVELS]
    for bubble, mark, spot in zip(bubbles, marks, place(marks, plot, levels), strict=True):
        figure.add_annotation(
            x=math.log10(bubble.cost),
            y=bubble.score,
            text="<br>".join(safe(line) for line in mark.lines),
            font={"size": 13, "color": paint.text},
            **anchor(spot, mark.radius, paint),
        )


def anchor(spot: Spot, radius: float, paint: Ink) -> dict[str, Any]:
    """Plotly's annotation settings for a label at `spot` beside a mark of this radius in px."""
    away = spot.away(radius)
    right, left, below, above = (word in spot.side for word in ("right", "left", "below", "above"))
    across, up = away * (right - left), away * (above - below)
    settings = {
        "xanchor": "left" if right else "right" if left else "center",
        "yanchor": "top" if below else "bottom" if above else "middle",
        "align": "left" if right else "right" if left else "center",
        "borderpad": 0,
    }
    if spot.gap == FAR[0]:
        return {**settings, "showarrow": False, "xshift": across, "yshift": up}
    line = {"arrowhead": 0, "arrowwidth": 1, "arrowcolor": paint.slate, "standoff": radius}
    return {**settings, **line, "showarrow": True, "ax": across, "ay": -up}


def _legend(figure: "go.Figure", bubbles: Sequence[Bubble], paint: Ink) -> None:
    present = {b.stage for b in bubbles}
    for stage in STAGES:
        if stage in present:
            colour = paint.stage(stage)
            marker = {"size": 12, "color": rgba(colour, 0.5), "line": {"width": 1.8, "color": colour}}
            if stage == "stopped":
                marker |= {"symbol": "circle-x-open", "color": colour}
            figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=stage_name(stage))
