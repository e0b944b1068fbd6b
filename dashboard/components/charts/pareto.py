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
ROOM, PHONE_ROOM = 2.2, 5.0
"""How many times the cheapest and the dearest cost the axis reaches beyond them, for the names."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One run: cost in US$, quality as a share with its interval. `place` is its colour from 0, None is slate."""

    name: str
    cost: float
    quality: float
    low: float | None
    high: float | None
    place: int | None = None
    size: float = 13.0
    """Diameter of its mark in px, which may tell a third quantity."""
    beaten: bool = False
    """Drawn hollow: another run is at least as good in everything."""
    text: str = ""
    """Written under the name in the hover."""


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
    choices: Sequence[Choice],
    x_title: str,
    y_title: str,
    *,
    stair: bool = True,
    height: int = PAIR,
    phone: bool = False,
    theme: Ink | None = None,
) -> "go.Figure":
    """Cost on a log axis, quality upwards, names beside the marks. Costs must be positive.

    stair: whether a dotted line joins the runs that nothing beats on cost and quality; not where a third counts.
    """
    paint = theme or ink()
    edges = [e for c in choices for e in (c.quality, c.low, c.high) if e is not None]
    room = 0.12 * (max(edges) - min(edges)) or 0.05
    x = log_axis(paint, x_title, [c.cost for c in choices], money=True, room=PHONE_ROOM if phone else ROOM)
    y = axis(paint, y_title, range=[min(edges) - room, max(edges) + room], tickformat=".0%", nticks=6)
    figure = blank(paint, height, x, y)
    steps = front(choices) if stair else []
    figure.add_scatter(
        x=[c.cost for c in steps],
        y=[c.quality for c in steps],
        mode="lines",
        hoverinfo="skip",
        line={"color": paint.slate, "width": 1.5, "dash": "dot", "shape": "hv"},
    )
    for choice in choices:
        _draw(figure, choice, paint)
    across, up = NARROW if phone else WIDE
    _name(figure, choices, (across, up + height - PAIR), steps, paint)
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
        hovertext="<br>".join(filter(None, (safe(choice.name), safe(choice.text)))),
        hoverinfo="text",
        marker={
            "size": choice.size,
            "color": paint.paper if choice.beaten else colour,
            "opacity": 1,
            "line": {"width": 2 if choice.beaten else 0, "color": colour},
        },
    )


def _name(
    figure: "go.Figure",
    choices: Sequence[Choice],
    plot: tuple[float, float],
    stair: Sequence[Choice],
    paint: Ink,
) -> None:
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
            c.size / 2 + 0.5,
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
