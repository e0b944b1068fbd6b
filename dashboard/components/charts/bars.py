"""Horizontal bars: class probabilities, class balance.

The same figure object for the same bars and theme, as to build one takes a tenth of a click's time: it is not to be
changed.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PER_CLASS, axis, blank, named_rows, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

LONGEST_LABEL = 24


def probability_bars(
    labels: Sequence[str],
    probabilities: Sequence[float],
    *,
    place: int | None = 0,
    most: int = 8,
    theme: Ink | None = None,
) -> "go.Figure":
    """Classes by probability, at most `most`; the winner in the model's colour, the others slate."""
    paint = theme or ink()
    order = sorted(range(len(labels)), key=lambda i: -probabilities[i])[:most]
    colours = [paint.series_colour(place) if n == 0 else paint.faint for n in range(len(order))]
    texts = [formats.number(100 * probabilities[i], 1) + "%" for i in order]
    values = tuple(probabilities[i] for i in order)
    names = tuple(labels[i] for i in order)
    return _bars(names, values, tuple(texts), colours=tuple(colours), paint=paint, longest=1.0)


def balance_bars(
    labels: Sequence[str], counts: Sequence[int], *, most: int = 12, theme: Ink | None = None
) -> "go.Figure":
    """Rows of each class, most frequent first, at most `most`."""
    paint = theme or ink()
    total = sum(counts) or 1
    order = sorted(range(len(labels)), key=lambda i: -counts[i])[:most]
    texts = [f"{formats.number(counts[i])}, {formats.number(100 * counts[i] / total, 1)}%" for i in order]
    values = tuple(float(counts[i]) for i in order)
    names, colours = tuple(labels[i] for i in order), (paint.blue,) * len(order)
    return _bars(names, values, tuple(texts), colours=colours, paint=paint, longest=max(values, default=1.0))


@lru_cache(maxsize=32)
def _bars(
    labels: tuple[str, ...],
    values: tuple[float, ...],
    texts: tuple[str, ...],
    *,
    colours: tuple[str, ...],
    paint: Ink,
    longest: float,
) -> "go.Figure":
    rows, names = named_rows(paint, [_short(label) for label in labels])
    figure = blank(
        paint,
        PER_CLASS * max(1, len(labels)) + 16,
        axis(paint, grid=False, showticklabels=False, range=[0, _reach(longest, texts)]),
        names,
    )
    figure.add_bar(
        x=list(values),
        y=rows,
        orientation="h",
        marker={"color": list(colours), "line": {"width": 0}},
        width=0.62,
        hovertext=[f"{safe(label)}: {text}" for label, text in zip(labels, texts, strict=True)],
        hoverinfo="text",
    )
    figure.update_layout(  # all at once: each added alone has Plotly look at all of them again
        annotations=[
            {"x": value, "y": row, "text": text, "showarrow": False, "xanchor": "left", "xshift": 5}
            for value, row, text in zip(values, rows, texts, strict=True)
        ]
    )
    return figure


def _reach(longest: float, texts: Sequence[str]) -> float:
    """Where the axis ends, so that the longest text finds room behind the longest bar on a phone too."""
    return (1.05 + 0.048 * max(map(len, texts), default=0)) * longest or 1.0


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
