"""The funnel: centred bars, one a step, each narrower than the one above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.template import at_mark, axis, blank, named_rows, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, FRAME = 62, 16
NARROWEST = 0.06
"""Least width of a bar, as a share of the widest: a step that few reach is still seen."""


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: how wide it is (0 to 1), what stands in and under it; hollow where it is inferred."""

    width: float
    label: str
    text: str
    between: str = ""
    """What leads here from the step above, such as “1 in 30”."""
    solid: bool = False


def funnel(steps: Sequence[Step], *, colour: str | None = None, theme: Ink | None = None) -> "go.Figure":
    """Steps from the top; the words stand left, the figures right of the bars."""
    paint = theme or ink()
    shade = colour or paint.blue
    rows, names = named_rows(paint, [step.label for step in steps])
    figure = blank(
        paint,
        ROW * len(steps) + FRAME,
        axis(paint, grid=False, showticklabels=False, range=[-0.62, 1.12]),
        names,
    )
    for step, row in zip(steps, rows, strict=True):
        _draw(figure, step, row, shade, paint)
    return figure


def _draw(figure: "go.Figure", step: Step, row: int, shade: str, paint: Ink) -> None:
    half = 0.5 * max(NARROWEST, min(1.0, step.width))
    figure.add_bar(
        x=[2 * half],
        base=[-half],
        y=[row],
        orientation="h",
        width=0.58,
        marker={
            "color": rgba(shade, 0.55 if step.solid else 0.14),
            "line": {"width": 1.6, "color": shade},
        },
        hovertext=f"{safe(step.label)}: {safe(step.text)}",
        hoverinfo="text",
    )
    figure.add_annotation(at_mark(half, row, step.text, paint))
    if step.between:
        figure.add_annotation(
            x=0,
            y=row + 0.5,
            text=safe(step.between),
            showarrow=False,
            font={"size": 12.5, "color": paint.muted},
        )
