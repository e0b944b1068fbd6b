"""The confusion matrix: what each class was called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import MAIN, axis, blank, safe
from dashboard.components.ink import Ink, ink, rgba
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_CLASSES = 12
DEEPEST = 0.55
"""Opacity of a full cell: deep enough to lead the eye, pale enough for the theme's own ink."""


def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]], theme: Ink | None = None) -> "go.Figure":
    """Rows are the true classes, columns what the model said; the shade is the share of the row.

    Above `MOST_CLASSES` the counts are left to the hover text.
    """
    paint = theme or ink()
    shares = [[cell / (sum(row) or 1) for cell in row] for row in counts]
    names = [safe(label if len(label) <= 16 else label[:15] + "…") for label in labels]
    places = list(range(len(labels)))
    figure = blank(
        paint,
        max(MAIN, 34 * len(labels) + 90) if len(labels) <= MOST_CLASSES else MAIN + 100,
        axis(paint, _("The model said"), grid=False, tickvals=places, ticktext=names),
        axis(paint, _("It was"), grid=False, tickvals=places, ticktext=[n + "  " for n in names], autorange="reversed"),
    )
    figure.add_heatmap(
        z=shares,
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=2,
        ygap=2,
        colorscale=[[0, rgba(paint.slate, 0.08)], [0.001, rgba(paint.blue, 0.10)], [1, rgba(paint.blue, DEEPEST)]],
        hovertext=_hover(labels, counts, shares),
        hoverinfo="text",
    )
    if len(labels) <= MOST_CLASSES:
        _write(figure, counts, paint)
    return figure


def _write(figure: "go.Figure", counts: Sequence[Sequence[int]], paint: Ink) -> None:
    for y, row in enumerate(counts):
        for x, cell in enumerate(row):
            figure.add_annotation(x=x, y=y, text=formats.number(cell), showarrow=False, font={"color": paint.text})


def _hover(
    labels: Sequence[str], counts: Sequence[Sequence[int]], shares: Sequence[Sequence[float]]
) -> list[list[str]]:
    return [
        [
            f"{safe(labels[y])} → {safe(labels[x])}: {cell} ({formats.number(100 * shares[y][x], 1)}%)"
            for x, cell in enumerate(row)
        ]
        for y, row in enumerate(counts)
    ]
