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
EDGE = 0.16
"""Of a sector, kept free at each of its sides."""
SIZES = (19, 14, 10)
"""Of a triangle in px: high, medium, low impact."""
_CIRCLE = 96


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


def spots(blips: Sequence[Blip], rings: int) -> list[tuple[Blip, tuple[float, float]]]:
    """Each with its place: those of one cell stand evenly apart in its middle, in two rows where there are many."""
    placed = []
    for blip in blips:
        cell = [one for one in blips if (one.sector, one.ring) == (blip.sector, blip.ring)]
        at, count = cell.index(blip), len(cell)
        angle = SECTOR * (blip.sector + EDGE + (1 - 2 * EDGE) * (at + 0.5) / count)
        shift = 0.0 if count < 4 else (-0.16 if at % 3 == 1 else 0.26)  # the inner row has less room
        within, without = (edge(place, rings) for place in (blip.ring, blip.ring + 1))
        radius = within + (without - within) * (0.58 + shift)
        placed.append((blip, (radius * math.cos(angle), radius * math.sin(angle))))
    return placed


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
            x=0,
            y=-edge(place + 1, len(rings)),
            text=safe(name),
            showarrow=False,
            yanchor="bottom",
            font={"size": 11.5, "color": paint.muted},
            bgcolor=paint.paper,
            borderpad=1,
        )


def _blips(
    figure: "go.Figure", placed: Sequence[tuple[Blip, tuple[float, float]]], up: bool, name: str, paint: Ink
) -> None:
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
