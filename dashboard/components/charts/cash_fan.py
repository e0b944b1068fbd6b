"""Cash over the months as a fan: 30, 60 and 90 % of the futures about the median."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.charts.labels import CHAR, WIDE_CHAR
from dashboard.components.charts.template import MAIN, axis, blank, ink
from dashboard.components.ink import Ink, rgba
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHADES = (0.14, 0.20, 0.28)
"""Of 90, 60 and 30 %."""
THOUSAND = 1000


def cash_fan(
    bands: Sequence[Sequence[float]], *, actual: Sequence[float] = (), theme: Ink | None = None
) -> "go.Figure":
    """`bands` are seven quantiles, lowest first, each with the start and 36 months; US$."""
    paint = theme or ink()
    months = list(range(len(bands[0])))
    thousands = [[value / THOUSAND for value in band] for band in bands]
    x = axis(paint, _("Month"), grid=False, tickvals=list(range(0, len(months), 6)), range=[0, len(months) - 1])
    y = axis(paint, _("Cash, US$ thousand"), nticks=7, tickformat=",")
    figure = blank(paint, MAIN, x, y)
    words = (translate("{n} in 100 below", n=5), _("median"), translate("{n} in 100 above", n=5))
    room = max(sum(CHAR if c.isascii() else WIDE_CHAR for c in word) for word in words)
    figure.update_layout(margin={"l": 8, "r": 12 + room, "t": 8, "b": 8})
    for place, shade in enumerate(SHADES):
        _band(figure, months, thousands[place], thousands[-1 - place], rgba(paint.blue, shade))
    middle = thousands[len(thousands) // 2]
    figure.add_scatter(
        x=months,
        y=middle,
        mode="lines",
        line={"color": paint.blue, "width": 2.5},
        hovertemplate="%{y:,.0f}<extra></extra>",
    )
    if actual:
        figure.add_scatter(
            x=list(range(len(actual))),
            y=[value / THOUSAND for value in actual],
            mode="lines",
            line={"color": paint.slate, "width": 2.5},
        )
    figure.add_hline(y=0, line={"color": paint.slate, "width": 1.4})
    _labels(figure, words, months[-1], (thousands[0][-1], middle[-1], thousands[-1][-1]), paint)
    return figure


def _band(figure: "go.Figure", months: list[int], low: list[float], high: list[float], fill: str) -> None:
    figure.add_scatter(
        x=[*months, *reversed(months)],
        y=[*high, *reversed(low)],
        fill="toself",
        fillcolor=fill,
        mode="none",
        hoverinfo="skip",
    )


def _labels(
    figure: "go.Figure", words: Sequence[str], month: int, ends: tuple[float, float, float], paint: Ink
) -> None:
    room = 0.07 * ((max(ends) - min(0.0, *ends)) or 1.0)
    places = [ends[0], max(ends[1], ends[0] + room), 0.0]
    places[2] = max(ends[2], places[1] + room)
    for word, place in zip(words, places, strict=True):
        figure.add_annotation(
            x=month,
            y=place,
            text=word,
            xanchor="left",
            xshift=6,
            showarrow=False,
            font={"size": 12.5, "color": paint.text},
        )
