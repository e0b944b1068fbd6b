"""The confusion matrix: what each class was called, and how two runs differ in it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import MAIN, axis, blank, safe
from dashboard.components.ink import Ink, ink, rgba
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_CLASSES = 12
LEAST_FULL = 0.10
"""Least difference of shares that is drawn in the deepest shade."""
DEEPEST = 0.55
"""Opacity of a full cell: deep enough to lead the eye, pale enough for the theme's own ink."""


def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]], theme: Ink | None = None) -> "go.Figure":
    """Rows are the true classes, columns what the model said; the shade is the share of the row.

    Above `MOST_CLASSES` the counts are left to the hover text.
    """
    paint = theme or ink()
    shares = [[cell / (sum(row) or 1) for cell in row] for row in counts]
    figure = _frame(labels, paint)
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
        _write(figure, [[formats.number(cell) for cell in row] for row in counts], paint)
    return figure


def confusion_difference(
    labels: Sequence[str], differences: Sequence[Sequence[float]], theme: Ink | None = None
) -> "go.Figure":
    """Rows are the true classes, columns what was said; blue where the first run says it oftener, orange where rarer.

    `differences` are shares of the true class, written in points. The deepest shade is the largest of them, or
    LEAST_FULL where all are smaller: what is hardly there shall look so.
    """
    paint = theme or ink()
    figure = _frame(labels, paint)
    most = max((abs(cell) for row in differences for cell in row), default=0.0)
    most = max(most, LEAST_FULL)
    orange, blue = (rgba(paint.series[place], DEEPEST) for place in (1, 0))
    figure.add_heatmap(
        z=differences,
        zmin=-most,
        zmax=most,
        showscale=False,
        xgap=2,
        ygap=2,
        colorscale=[[0, orange], [0.5, rgba(paint.slate, 0.08)], [1, blue]],
        hovertext=[
            [f"{safe(labels[y])} → {safe(labels[x])}: {_points(cell)}" for x, cell in enumerate(row)]
            for y, row in enumerate(differences)
        ],
        hoverinfo="text",
    )
    if len(labels) <= MOST_CLASSES:
        _write(figure, [[_points(cell) for cell in row] for row in differences], paint)
    return figure


def _points(share: float) -> str:
    return formats.number(100 * share, 1, signed=True)


def _frame(labels: Sequence[str], paint: Ink) -> "go.Figure":
    """The empty matrix with its class names on both sides."""
    names = [safe(label if len(label) <= 16 else label[:15] + "…") for label in labels]
    places = list(range(len(labels)))
    return blank(
        paint,
        max(MAIN, 34 * len(labels) + 90) if len(labels) <= MOST_CLASSES else MAIN + 100,
        axis(paint, _("The model said"), grid=False, tickvals=places, ticktext=names),
        axis(paint, _("It was"), grid=False, tickvals=places, ticktext=[n + "  " for n in names], autorange="reversed"),
    )


def _write(figure: "go.Figure", texts: Sequence[Sequence[str]], paint: Ink) -> None:
    for y, row in enumerate(texts):
        for x, text in enumerate(row):
            figure.add_annotation(x=x, y=y, text=text, showarrow=False, font={"color": paint.text})


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
