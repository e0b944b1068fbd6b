"""Cash at month 36 by what serving costs, a line a business model: where free stops holding."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING

from dashboard.components.charts.labels import CHAR, WIDE_CHAR
from dashboard.components.charts.template import MAIN, axis, blank, broken, ink, log_axis, safe
from dashboard.components.ink import Ink, rgba
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Line:
    """One model; `place` is its series colour, None is slate."""

    name: str
    cost_usd: Sequence[float]
    cash_usd: Sequence[float]
    place: int | None = None


def cost_curves(
    lines: Sequence[Line], now: tuple[float, float, float], *, height: int = MAIN, theme: Ink | None = None
) -> "go.Figure":
    """`now` is the present cost of 1,000 requests with its ends, marked as a band.

    Names stand at the lines' right ends, or in a legend where a line leaves the picture before.
    """
    paint = theme or ink()
    costs = lines[0].cost_usd
    x = log_axis(paint, _("Serving 1,000 requests, US$"), [costs[0], costs[-1]], money=True, room=1.0)
    low = min(min(line.cash_usd) for line in lines) / 1000
    high = max(max(line.cash_usd) for line in lines) / 1000
    floor = max(low, -2.0 * max(abs(high), abs(_at_now(lines, now[0])) / 1000, 1.0))
    y = axis(
        paint, _("Cash at month 36, US$ thousand"), range=[floor - 0.06 * (high - floor), high + 0.12 * (high - floor)]
    )
    leaves = any(line.cash_usd[-1] / 1000 < floor for line in lines)
    figure = blank(paint, height, x, {**y, "tickformat": ","}, legend=leaves)
    figure.add_vrect(x0=now[1], x1=max(now[2], now[1] * 1.02), fillcolor=rgba(paint.slate, 0.18), line_width=0)
    figure.add_vline(x=now[0], line={"color": paint.slate, "width": 1.4, "dash": "dot"})
    figure.add_hline(y=0, line={"color": paint.slate, "width": 1.4})
    for line in lines:
        figure.add_scatter(
            x=list(line.cost_usd),
            y=[value / 1000 for value in line.cash_usd],
            mode="lines",
            name=safe(line.name),
            line={"color": paint.series_colour(line.place), "width": 2.5},
            hovertemplate=f"{safe(line.name)}: %{{y:,.0f}}<extra></extra>",
        )
    today = {"yanchor": "top", "xanchor": "left"} if leaves else {"yanchor": "bottom"}
    figure.add_annotation(
        x=log10(now[0]), y=1, yref="paper", text=_("today"), showarrow=False, font={"size": 12.5}, **today
    )
    if not leaves:
        _names(figure, lines, (floor, high), paint)
        figure.update_layout(margin={"l": 8, "r": 8 + _label_room(lines), "t": 24, "b": 8})
    return figure


def _label_room(lines: Sequence[Line]) -> float:
    """Width of the names beside the plot, in px."""
    parts = [part for line in lines for part in broken(line.name)]
    return max(sum(CHAR if c.isascii() else WIDE_CHAR for c in part) for part in parts)


def _at_now(lines: Sequence[Line], cost: float) -> float:
    first = lines[0]
    place = min(range(len(first.cost_usd)), key=lambda i: abs(first.cost_usd[i] - cost))
    return max(abs(line.cash_usd[place]) for line in lines)


def _names(figure: "go.Figure", lines: Sequence[Line], ends: tuple[float, float], paint: Ink) -> None:
    """At the right ends, pushed apart where the lines do not lie apart."""
    room = 0.07 * (ends[1] - ends[0])
    last: float | None = None
    for line in sorted(lines, key=lambda given: -given.cash_usd[-1]):
        wanted = max(line.cash_usd[-1] / 1000, ends[0])
        spot = wanted if last is None else min(wanted, last - room)
        last = spot
        figure.add_annotation(
            x=log10(line.cost_usd[-1]),
            y=spot,
            text="<br>".join(safe(part) for part in broken(line.name)),
            align="left",
            xanchor="left",
            xshift=6,
            showarrow=False,
            font={"size": 12.5, "color": paint.text},
        )
