"""Money by month, one bar a month, stacked by what it was for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.template import MAIN, axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of every bar. `place` is its colour from 0, None is slate."""

    name: str
    by_month: Mapping[str, float]
    place: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """Where this month will end, and the interval of it."""

    month: str
    value: float
    low: float
    high: float
    name: str


def month_bars(
    months: Sequence[str],
    parts: Sequence[Part],
    title: str,
    *,
    expected: Expected | None = None,
    limit: tuple[float, str] | None = None,
    theme: Ink | None = None,
) -> "go.Figure":
    """Bars from the oldest month; `limit` is the budget as a dashed level with its name."""
    paint = theme or ink()
    figure = blank(
        paint,
        MAIN,
        axis(paint, grid=False, type="category", categoryorder="array", categoryarray=list(months)),
        axis(paint, title, rangemode="tozero", nticks=6),
        legend=True,
    )
    # A bar never gets wider than one of six: an installation's first month is no wall of colour.
    figure.update_layout(barmode="relative", bargap=1 - 0.65 * min(1.0, len(months) / 6))
    for part in parts:
        figure.add_bar(
            x=list(months),
            y=[part.by_month.get(month, 0.0) for month in months],
            name=safe(part.name),
            marker={"color": paint.series_colour(part.place), "line": {"width": 0}},
            hovertemplate="%{x}: %{y:,.4~g}<extra>%{fullData.name}</extra>",
        )
    if limit is not None:
        figure.add_hline(y=limit[0], line={"color": paint.slate, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=0,
            xref="paper",
            y=limit[0],
            yanchor="bottom",
            xanchor="left",
            text=safe(limit[1]),
            showarrow=False,
            font={"size": 12.5, "color": paint.text},
        )
    if expected is not None:
        figure.add_scatter(
            x=[expected.month],
            y=[expected.value],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [expected.high - expected.value],
                "arrayminus": [expected.value - expected.low],
                "color": paint.text,
                "thickness": 1.5,
                "width": 5,
            },
            mode="markers",
            marker={"size": 11, "symbol": "circle-open", "color": paint.text, "line": {"width": 2}},
            name=safe(expected.name),
            hovertemplate="%{x}: %{y:,.4~g}<extra>%{fullData.name}</extra>",
        )
    return figure
