"""Which figure moves the result most: a bar to either side for its low and its high end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.template import MAIN, axis, blank, broken, ink, safe
from dashboard.components.ink import Ink
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

SMALL = 0.16
"""Of the widest bar: a narrower one has its label outside all the same, further out."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One figure: its name with its grade's mark, and the change at its ends in US$."""

    name: str
    at_low: float
    at_high: float
    hover: str = ""


def tornado(levers: Sequence[Lever], *, height: int = MAIN, theme: Ink | None = None) -> "go.Figure":
    """The one that matters most on top; orange is worse, blue better."""
    paint = theme or ink()
    reach = max((abs(x) for lever in levers for x in (lever.at_low, lever.at_high)), default=1.0) / 1000 or 1.0
    x = axis(paint, _("Change in cash at month 36, US$ thousand"), range=[-1.42 * reach, 1.42 * reach], nticks=5)
    names = ["<br>".join(safe(part) for part in broken(lever.name)) for lever in levers]
    rows = list(range(len(levers)))
    y = axis(paint, grid=False, tickvals=rows, ticktext=names, range=[len(levers) - 0.4, -0.6])
    figure = blank(paint, height, x, y)
    for values in ([min(v.at_low, v.at_high, 0.0) for v in levers], [max(v.at_low, v.at_high, 0.0) for v in levers]):
        worse = all(value <= 0 for value in values)
        figure.add_bar(
            y=rows,
            x=[value / 1000 for value in values],
            orientation="h",
            marker={"color": paint.series[1] if worse else paint.blue, "line": {"width": 0}},
            width=0.56,
            text=[_signed(value / 1000) for value in values],
            textposition="outside",
            textfont={"size": 12.5, "color": paint.text},
            hovertext=[safe(lever.hover) for lever in levers],
            hoverinfo="text",
            cliponaxis=False,
        )
    figure.update_layout(barmode="overlay")
    figure.add_vline(x=0, line={"color": paint.slate, "width": 1.4})
    return figure


def _signed(thousands: float) -> str:
    if abs(thousands) < 0.05:
        return ""
    text = f"{thousands:+,.0f}" if abs(thousands) >= 10 else f"{thousands:+,.1f}"
    return text.replace("-", "\u2212")
