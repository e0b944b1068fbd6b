"""Reliability curves as small multiples: how often a model is right when it says how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import axis, blank, safe
from dashboard.components.ink import Ink, ink
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from engine.evaluation.calibration import Bin

PANEL, GAP, FRAME = 230, 60, 60
"""Height of one panel, between rows of panels, and of the frame, in px."""
BETWEEN = 0.045
"""Share of the width between panels."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One model. `place` is its series colour from 0, None is slate."""

    name: str
    bins: "Sequence[Bin]"
    place: int | None = None


def reliability(curves: Sequence[Curve], *, columns: int = 3, theme: Ink | None = None) -> "go.Figure":
    """A panel a model, all over the same axes; on the dotted diagonal a model is as right as it is sure."""
    paint = theme or ink()
    columns = min(columns, len(curves))
    rows = -(-len(curves) // columns)
    height = rows * PANEL + (rows - 1) * GAP + FRAME
    figure = blank(paint, height, axis(paint), axis(paint))
    start = min((bin.confidence for curve in curves for bin in curve.bins), default=0.5)
    low = max(0.0, min([start, *(bin.low for curve in curves for bin in curve.bins)]) - 0.03)
    for index, curve in enumerate(curves):
        _panel(figure, index, (columns, rows, height), (low, start - 0.03), paint)
        _curve(figure, curve, index, max(low, start - 0.03), paint)
    figure.update_layout(margin={"l": 8, "r": 16, "t": 26, "b": 8})
    return figure


def _panel(
    figure: "go.Figure", index: int, grid: tuple[int, int, int], starts: tuple[float, float], paint: Ink
) -> None:
    columns, rows, height = grid
    row, column = divmod(index, columns)
    width = (1 - BETWEEN * (columns - 1)) / columns
    inner = height - FRAME
    top = 1 - row * (PANEL + GAP) / inner
    number = "" if index == 0 else str(index + 1)
    last = index + columns >= columns * rows or row == rows - 1
    x = axis(
        paint,
        _("Says it is so sure") if last else "",
        grid=False,
        range=[starts[1], 1.02],
        tickformat=".0%",
        nticks=4,
        domain=[column * (width + BETWEEN), column * (width + BETWEEN) + width],
        anchor=f"y{number}",
    )
    y = axis(
        paint,
        _("Is right") if column == 0 else "",
        range=[starts[0], 1.03],
        tickformat=".0%",
        nticks=5,
        domain=[max(0.0, top - PANEL / inner), min(1.0, top)],
        anchor=f"x{number}",
        showticklabels=column == 0,
    )
    figure.update_layout({f"xaxis{number}": x, f"yaxis{number}": y})


def _curve(figure: "go.Figure", curve: Curve, index: int, start: float, paint: Ink) -> None:
    number = "" if index == 0 else str(index + 1)
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    colour = paint.series_colour(curve.place)
    figure.add_scatter(
        x=[start, 1],
        y=[start, 1],
        mode="lines",
        hoverinfo="skip",
        line={"color": paint.slate, "width": 1.5, "dash": "dot"},
        **axes,
    )
    figure.add_scatter(
        x=[bin.confidence for bin in curve.bins],
        y=[bin.accuracy for bin in curve.bins],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 8, "color": colour, "opacity": 1, "line": {"width": 0}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [bin.high - bin.accuracy for bin in curve.bins],
            "arrayminus": [bin.accuracy - bin.low for bin in curve.bins],
            "color": colour,
            "thickness": 1.5,
            "width": 0,
        },
        hovertext=[f"{safe(curve.name)}: {_said(bin)}" for bin in curve.bins],
        hoverinfo="text",
        **axes,
    )
    figure.add_annotation(
        text=f"<b>{safe(curve.name)}</b>",
        xref=f"x{number} domain",
        yref=f"y{number} domain",
        x=0,
        y=1,
        yshift=8,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 13, "color": paint.text},
    )


def _said(bin: "Bin") -> str:
    return translate(
        "says {sure}, is right in {right} of {rows} rows",
        sure=formats.percent(bin.confidence),
        right=formats.percent(bin.accuracy, bin.low, bin.high),
        rows=formats.number(bin.n),
    )
