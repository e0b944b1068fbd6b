"""The positioning map: what competitors ask for a unit, and how many of the features they have."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.labels import Mark, place
from dashboard.components.charts.matrix import anchor
from dashboard.components.charts.template import MAIN, axis, blank, broken, log_axis, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE, NARROW = (860.0, 270.0), (250.0, 270.0)
"""Inner size in px that names are placed for, at 1440 and on a phone."""
RADIUS = 8.0
PHONE_NAME = 22
"""Characters of a name that stand beside a mark on a phone; the card above has the whole."""


@dataclass(frozen=True, slots=True)
class Position:
    """One mark. `share` is of all features that anybody named; `solid` where the price is quoted."""

    name: str
    usd: float
    share: float
    solid: bool
    ours: bool = False


def positions(
    marks: Sequence[Position], x_title: str, y_title: str, *, phone: bool = False, theme: Ink | None = None
) -> "go.Figure":
    """Prices on a log axis to the right, the share of features upwards; ours in orange."""
    paint = theme or ink()
    x = log_axis(paint, x_title, [mark.usd for mark in marks], money=True, room=2.4)
    figure = blank(paint, MAIN, x, axis(paint, y_title, range=[-0.12, 1.14], tickformat=".0%", nticks=6))
    start, end = (float(edge) for edge in figure.layout.xaxis.range)
    placed = [
        Mark(
            (math.log10(m.usd) - start) / (end - start),
            (m.share + 0.12) / 1.26,
            RADIUS,
            tuple(broken(_cut(m.name) if phone else m.name)),
            None,
        )
        for m in marks
    ]
    for mark, label, spot in zip(marks, placed, place(placed, NARROW if phone else WIDE, []), strict=True):
        colour = paint.series[1] if mark.ours else paint.blue
        figure.add_scatter(
            x=[mark.usd],
            y=[mark.share],
            mode="markers",
            marker={
                "size": 2 * RADIUS,
                "color": colour if mark.solid else rgba(colour, 0.08),
                "opacity": 1,
                "line": {"width": 1.8, "color": colour},
            },
            hovertext=f"{safe(mark.name)}: {formats.money(mark.usd)}, {formats.percent(mark.share)}",
            hoverinfo="text",
            cliponaxis=False,
        )
        figure.add_annotation(
            x=math.log10(mark.usd),
            y=mark.share,
            text="<br>".join(safe(line) for line in label.lines),
            font={"size": 13, "color": paint.text},
            **anchor(spot, RADIUS, paint),
        )
    return figure


def _cut(name: str) -> str:
    return name if len(name) <= PHONE_NAME else f"{name[: PHONE_NAME - 1].rstrip()}…"
