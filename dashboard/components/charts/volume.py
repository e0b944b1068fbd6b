"""Money a month over requests a month: bands of two ways, where they meet, and the volume that is expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.charts.template import MAIN, blank, log_axis, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Way:
    """One way of serving: its money at each volume. `place` is its colour."""

    name: str
    value: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    place: int | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where both ways cost the same; an end that is None is never."""

    volume: float
    low: float | None
    high: float | None
    name: str


def volume_chart(
    volumes: Sequence[float],
    ways: Sequence[Way],
    titles: tuple[str, str],
    *,
    meeting: Meeting | None = None,
    expected: tuple[float, str] | None = None,
    theme: Ink | None = None,
) -> "go.Figure":
    """Both axes are log. titles: of the volume and of the money. expected: a volume and its name."""
    paint = theme or ink()
    money = [v for way in ways for v in (*way.low, *way.high) if v > 0]
    x = log_axis(paint, titles[0], [volumes[0], volumes[-1]], room=1.0)
    x |= _short(x["tickvals"]) | {"showgrid": False}
    y = log_axis(paint, titles[1], [min(money, default=0.1), max(money, default=1.0)], money=True, room=1.3)
    figure = blank(paint, MAIN, x, y)
    for way in ways:
        _band(figure, volumes, way, paint)
    if meeting is not None:
        _meet(figure, meeting, paint)
    if expected is not None:
        _expect(figure, expected, paint)
    for way, share in zip(ways, (0.04, 0.96), strict=False):
        _name(figure, volumes, way, paint, share)
    return figure


def _short(ticks: Sequence[float]) -> dict[str, Any]:
    """Volumes as 10K, 1M."""
    whole = [t for t in ticks if math.isclose(math.log10(t) % 1, 0, abs_tol=1e-9)] or list(ticks)
    return {"tickvals": whole, "ticktext": [formats.in_unit("count", t) for t in whole]}


def _band(figure: "go.Figure", volumes: Sequence[float], way: Way, paint: Ink) -> None:
    colour = paint.series_colour(way.place)
    figure.add_scatter(
        x=[*volumes, *reversed(volumes)],
        y=[*way.high, *reversed(way.low)],
        fill="toself",
        mode="lines",
        fillcolor=rgba(colour, 0.16),
        line={"width": 0},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=list(volumes),
        y=list(way.value),
        mode="lines",
        line={"color": colour, "width": 2.5},
        hovertext=[
            f"{safe(way.name)}<br>{formats.in_unit('count', v)}: {formats.money(m)}"
            for v, m in zip(volumes, way.value, strict=True)
        ],
        hoverinfo="text",
    )


def _meet(figure: "go.Figure", meeting: Meeting, paint: Ink) -> None:
    ends = [v for v in (meeting.low, meeting.high) if v is not None]
    if ends:
        figure.add_vrect(
            x0=min([*ends, meeting.volume]),
            x1=max([*ends, meeting.volume]),
            fillcolor=rgba(paint.slate, 0.12),
            line={"width": 0},
            layer="below",
        )
    _line(figure, meeting.volume, meeting.name, paint, dash="solid", top=True)


def _expect(figure: "go.Figure", expected: tuple[float, str], paint: Ink) -> None:
    _line(figure, expected[0], expected[1], paint, dash="dot", top=False)


def _line(figure: "go.Figure", volume: float, name: str, paint: Ink, *, dash: str, top: bool) -> None:
    low, high = figure.layout.xaxis.range
    right = (math.log10(volume) - low) / (high - low) > 0.6
    figure.add_vline(x=volume, line={"color": paint.slate, "width": 1.5, "dash": dash})
    figure.add_annotation(
        x=math.log10(volume),
        y=0.98 if top else 0.03,
        yref="paper",
        text=safe(name),
        showarrow=False,
        xanchor="right" if right else "left",
        xshift=-6 if right else 6,
        font={"size": 12.5, "color": paint.text},
        bgcolor=rgba(paint.paper, 0.75),
    )


def _name(figure: "go.Figure", volumes: Sequence[float], way: Way, paint: Ink, share: float) -> None:
    """Above the line, the first at its left and the second at its right end: there the two lie farthest apart."""
    at = int(share * (len(volumes) - 1))
    figure.add_annotation(
        x=math.log10(volumes[at]),
        y=math.log10(way.value[at]),
        text=f"<b>{safe(way.name)}</b>",
        showarrow=False,
        xanchor="left" if share < 0.5 else "right",
        yanchor="bottom",
        yshift=6,
        font={"size": 13, "color": paint.text},
    )
