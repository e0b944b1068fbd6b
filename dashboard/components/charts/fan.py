"""A series and where it is thought to go: what was, the forecast with its 90 % band, and a scenario beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.components.charts.labels import CHAR, WIDE_CHAR
from dashboard.components.charts.template import MAIN, axis, blank, safe
from dashboard.components.ink import Ink, ink, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go

BAND = 0.18
APART = 0.06
"""Least distance of two end labels, as a share of the plot's height."""
EARLY = 0.4
"""Left of this share of the time shown, the issue date stands right of its line, or it would be cut."""


@dataclass(frozen=True, slots=True)
class Path:
    """One forecast: its moments, the middle and both ends."""

    name: str
    ds: Sequence[str]
    y: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    place: int = 0
    """Its colour."""


def fan(
    ds: Sequence[str],
    y: Sequence[float],
    paths: Sequence[Path],
    *,
    y_title: str,
    issued: str,
    issued_after: str,
    written: Sequence[tuple[float, str]],
    phone: bool = False,
    theme: Ink | None = None,
) -> "go.Figure":
    """Actual values solid in slate, forecasts dotted, the last moment known at their issue as a dotted line.

    written: values at the end of the paths and how they are written, to label them.
    """
    paint = theme or ink()
    values = [*y, *(v for path in paths for part in (path.low, path.high) for v in part)]
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 1.0
    figure = blank(
        paint, MAIN, axis(paint, "", grid=False, type="date", nticks=5 if phone else 7, tickangle=0),
        axis(paint, y_title, range=[low - room, high + 1.6 * room], nticks=6),
    )  # fmt: skip
    figure.add_scatter(
        x=list(ds),
        y=list(y),
        mode="lines",
        line={"color": paint.slate, "width": 2},
        hovertemplate="%{x}: %{y}<extra></extra>",
    )
    for path in paths:
        _draw(figure, path, dict(zip(ds, y, strict=True)).get(issued_after), issued_after, paint)
    if ds and paths:
        known = sum(moment <= issued_after for moment in ds)
        early = known < EARLY * (known + len(paths[0].ds))
        _issue_line(figure, issued_after, issued, paint, right=early)
        _ends(figure, paths[0].ds[-1], written, APART * (high - low), paint)
    widest = max((sum(CHAR if c.isascii() else WIDE_CHAR for c in text) for _value, text in written), default=0.0)
    figure.update_layout(margin_r=20 + widest)
    if ds and paths:  # or the labels behind the end would push it to the left
        figure.update_xaxes(range=[ds[0], max(ds[-1], *(path.ds[-1] for path in paths))])
    return figure


def _draw(figure: "go.Figure", path: Path, last: float | None, when: str, paint: Ink) -> None:
    colour = paint.series_colour(path.place)
    x, y = list(path.ds), list(path.y)
    low, high = list(path.low), list(path.high)
    if last is not None:
        x, y, low, high = [when, *x], [last, *y], [last, *low], [last, *high]
    figure.add_scatter(
        x=[*x, *reversed(x)], y=[*high, *reversed(low)], fill="toself", mode="lines",
        fillcolor=rgba(colour, BAND), line={"width": 0}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=y, name=safe(path.name), mode="lines", line={"color": colour, "width": 2.5, "dash": "dot"},
        hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def _issue_line(figure: "go.Figure", when: str, issued: str, paint: Ink, *, right: bool) -> None:
    figure.add_shape(
        type="line",
        x0=when,
        x1=when,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": paint.slate, "width": 1.5, "dash": "dot"},
    )
    figure.add_annotation(
        x=when, y=1, yref="paper", text=safe(issued), showarrow=False, xanchor="left" if right else "right",
        xshift=6 if right else -6, yanchor="top", font={"size": 12.5, "color": paint.text},
    )  # fmt: skip


def _ends(figure: "go.Figure", x: str, written: Sequence[tuple[float, str]], apart: float, paint: Ink) -> None:
    taken = float("-inf")
    for value, text in sorted(written):
        taken = max(value, taken + apart)
        figure.add_annotation(
            x=x,
            y=taken,
            text=safe(text),
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"size": 13, "color": paint.text},
        )
