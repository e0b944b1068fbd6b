"""The radar: three sectors for dimensions, three rings for horizons, triangles sized by impact."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.components.charts.template import axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 400
SPAN = 1.16
SECTOR = 2 * math.pi / 3
EDGE = 0.13
"""Of a sector, kept free at each of its sides."""
STEPS = 10
"""Places tried across a sector and across a ring."""
SIZES = (19, 14, 10)
"""Of a triangle in px: high, medium, low impact."""
NAMES_ANGLE = 2 * SECTOR
"""The names of the rings stand along the line between the second and the third sector."""
_CIRCLE = 96
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Blip:
    """One signal. `sector` and `ring` count from 0: sectors from the right against the clock, rings from within."""

    number: int
    title: str
    sector: int
    ring: int
    impact: int
    up: bool


def radar(
    blips: Sequence[Blip],
    sectors: Sequence[str],
    rings: Sequence[str],
    names: tuple[str, str],
    *,
    theme: Ink | None = None,
) -> "go.Figure":
    """`names` are those of a triangle up and of one down."""
    paint = theme or ink()
    hidden: dict[str, Any] = {"visible": False, "range": [-SPAN, SPAN]}
    figure = blank(
        paint,
        HEIGHT,
        axis(paint, grid=False, **hidden),
        axis(paint, grid=False, scaleanchor="x", **hidden),
        legend=True,
    )
    figure.update_layout(legend={"y": -0.02, "yanchor": "top", "x": 0.5, "xanchor": "center"})
    _frame(figure, len(rings), paint)
    _names(figure, sectors, rings, paint)
    for up, name in ((True, names[0]), (False, names[1])):
        _blips(figure, [(blip, spot) for blip, spot in spots(blips, len(rings)) if blip.up is up], up, name, paint)
    return figure


def spots(blips: Sequence[Blip], rings: int) -> list[tuple[Blip, Spot]]:
    """Each with its place: the first of a cell in its middle, each further one where it is farthest from all others.

    So a mark stays where it is when a less weighty one comes.
    """
    placed: list[tuple[Blip, Spot]] = []
    names = [_at(NAMES_ANGLE, edge(ring + 1, rings)) for ring in range(rings)]
    for blip in blips:
        first = all((one.sector, one.ring) != (blip.sector, blip.ring) for one, _spot in placed)
        taken = [*names, *(spot for _one, spot in placed)]
        free = [_middle(blip, rings)] if first else _cell(blip, rings)
        placed.append((blip, max(free, key=lambda spot: min(_apart(spot, other) for other in taken))))
    return placed


def _middle(blip: Blip, rings: int) -> Spot:
    within, without = (edge(place, rings) for place in (blip.ring, blip.ring + 1))
    return _at(SECTOR * (blip.sector + 0.5), within + 0.58 * (without - within))


def _cell(blip: Blip, rings: int) -> list[Spot]:
    """Places in a cell, clear of its edges."""
    within, without = (edge(place, rings) for place in (blip.ring, blip.ring + 1))
    shares = [step / STEPS for step in range(STEPS + 1)]
    return [
        _at(SECTOR * (blip.sector + EDGE + (1 - 2 * EDGE) * turn), within + (without - within) * (0.24 + 0.66 * out))
        for out in shares
        for turn in shares
    ]


def _at(angle: float, radius: float) -> Spot:
    return radius * math.cos(angle), radius * math.sin(angle)


def _apart(one: Spot, other: Spot) -> float:
    """A mark with its number beside it is twice as wide as high."""
    return math.hypot((one[0] - other[0]) / 2.2, one[1] - other[1])


def edge(ring: int, rings: int) -> float:
    """Where a ring begins: all rings have the same area, since most signals are of now."""
    return math.sqrt(ring / rings)


def _frame(figure: "go.Figure", rings: int, paint: Ink) -> None:
    for ring in range(1, rings + 1):
        turn = [2 * math.pi * step / _CIRCLE for step in range(_CIRCLE + 1)]
        figure.add_scatter(
            x=[edge(ring, rings) * math.cos(angle) for angle in turn],
            y=[edge(ring, rings) * math.sin(angle) for angle in turn],
            mode="lines",
            line={"color": paint.line, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    for sector in range(3):
        angle = SECTOR * sector
        figure.add_scatter(
            x=[0, math.cos(angle)],
            y=[0, math.sin(angle)],
            mode="lines",
            line={"color": paint.line, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )


def _names(figure: "go.Figure", sectors: Sequence[str], rings: Sequence[str], paint: Ink) -> None:
    for (x, y, anchor), name in zip(
        ((SPAN, 1.08, "right"), (-SPAN, 1.08, "left"), (SPAN, -1.08, "right")), sectors, strict=True
    ):
        figure.add_annotation(
            x=x, y=y, text=safe(name), showarrow=False, xanchor=anchor, font={"size": 13, "color": paint.muted}
        )
    for place, name in enumerate(rings):
        figure.add_annotation(
            x=_at(NAMES_ANGLE, edge(place + 1, len(rings)))[0],
            y=_at(NAMES_ANGLE, edge(place + 1, len(rings)))[1],
            text=safe(name),
            showarrow=False,
            font={"size": 11.5, "color": paint.muted},
            bgcolor=paint.paper,
            borderpad=1,
        )


def _blips(figure: "go.Figure", placed: Sequence[tuple[Blip, Spot]], up: bool, name: str, paint: Ink) -> None:
    figure.add_scatter(
        x=[spot[0] for _blip, spot in placed],
        y=[spot[1] for _blip, spot in placed],
        mode="markers+text",
        name=safe(name),
        text=[str(blip.number) for blip, _spot in placed],
        textposition="middle right",
        textfont={"size": 12.5, "color": paint.text},
        marker={
            "symbol": "triangle-up" if up else "triangle-down",
            "size": [SIZES[blip.impact] for blip, _spot in placed],
            "color": paint.series[2] if up else paint.series[1],
            "opacity": 1,
            "line": {"width": 0},
        },
        hovertext=[f"{blip.number}. {safe(blip.title)}" for blip, _spot in placed],
        hoverinfo="text",
        cliponaxis=False,
    )
