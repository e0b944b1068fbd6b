"""Quality against cost: the runs that nothing beats on both stand on a dotted stair."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dashboard.components.charts.labels import Mark, Segment, place
from dashboard.components.charts.matrix import anchor
from dashboard.components.charts.template import PAIR, axis, blank, broken, log_axis, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE, NARROW = (400.0, 200.0), (290.0, 200.0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One run: cost in US$, quality as a share with its interval. `place` is its colour from 0, None is slate."""

    name: str
    cost: float
    quality: float
    low: float | None
    high: float | None
    place: int | None = None


def front(choices: Sequence[Choice]) -> list[Choice]:
    """Those that no other beats on cost and quality both, cheapest first."""
    best = -math.inf
    kept = []
    for choice in sorted(choices, key=lambda c: (c.cost, -c.quality)):
        if choice.quality > best:
            kept.append(choice)
            best = choice.quality
    return kept


def pareto(
    choices: Sequence[Choice], x_title: str, y_title: str, *, phone: bool = False, theme: Ink | None = None
) -> "go.Figure":
    """Cost on a log axis, quality upwards, names beside the marks. Costs must be positive."""
    paint = theme or ink()
    edges = [e for c in choices for e in (c.quality, c.low, c.high) if e is not None]
    room = 0.12 * (max(edges) - min(edges)) or 0.05
    x = log_axis(paint, x_title, [c.cost for c in choices], money=True, room=2.2)
    y = axis(paint, y_title, range=[min(edges) - room, max(edges) + room], tickformat=".0%", nticks=6)
    figure = blank(paint, PAIR, x, y)
    stair = front(choices)
    figure.add_scatter(
        x=[c.cost for c in stair],
        y=[c.quality for c in stair],
        mode="lines",
        hoverinfo="skip",
        line={"color": paint.slate, "width": 1.5, "dash": "dot", "shape": "hv"},
    )
    for choice in choices:
        _draw(figure, choice, paint)
    _name(figure, choices, NARROW if phone else WIDE, paint)
    return figure


def _draw(figure: "go.Figure", choice: Choice, paint: Ink) -> None:
    colour = paint.series_colour(choice.place)
    if choice.low is not None and choice.high is not None:
        figure.add_scatter(
            x=[choice.cost, choice.cost],
            y=[choice.low, choice.high],
            mode="lines",
            hoverinfo="skip",
            line={"color": colour, "width": 1.5},
        )
    figure.add_scatter(
        x=[choice.cost],
        y=[choice.quality],
        mode="markers",
        hovertext=safe(choice.name),
        hoverinfo="text",
        marker={"size": 13, "color": colour, "opacity": 1, "line": {"width": 0}},
    )


def _name(figure: "go.Figure", choices: Sequence[Choice], plot: tuple[float, float], paint: Ink) -> None:
    xs: tuple[float, float] = figure.layout.xaxis.range
    ys: tuple[float, float] = figure.layout.yaxis.range

    def across(cost: float) -> float:
        return (math.log10(cost) - xs[0]) / (xs[1] - xs[0])

    def up(quality: float) -> float:
        return (quality - ys[0]) / (ys[1] - ys[0])

    marks = [
        Mark(
            across(c.cost),
            up(c.quality),
            7.0,
            tuple(broken(c.name)),
            (
                across(c.cost),
                across(c.cost),
                up(c.quality if c.low is None else c.low),
                up(c.quality if c.high is None else c.high),
            ),
        )
        for c in choices
    ]
    stair = front(choices)
    steps: list[Segment] = []
    for here, there in pairwise(stair):
        steps.append((across(here.cost), across(there.cost), up(here.quality), up(here.quality)))
        steps.append((across(there.cost), across(there.cost), up(here.quality), up(there.quality)))
    for choice, mark, spot in zip(choices, marks, place(marks, plot, steps), strict=True):
        figure.add_annotation(
            x=math.log10(choice.cost),
            y=choice.quality,
            text="<br>".join(safe(line) for line in mark.lines),
            font={"size": 13, "color": paint.text},
            **anchor(spot, mark.radius, paint),
        )
