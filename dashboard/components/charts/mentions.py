"""Documents by period and dimension as stacked bars, and their mean sentiment under them; changes as dotted lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dashboard.components.charts.template import axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 170
LEGEND = 40
TICKS = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A period from which on the level is another, and what to write there."""

    at: date
    text: str


def volume_bars(
    starts: Sequence[date],
    layers: Sequence[tuple[str, Sequence[int], int | None]],
    title: str,
    turns: Sequence[Turn],
    *,
    theme: Ink | None = None,
) -> "go.Figure":
    """`layers` are name, counts and colour place, lowest first."""
    paint = theme or ink()
    highest = max((sum(counts) for counts in zip(*(layer[1] for layer in layers), strict=True)), default=1)
    upright = axis(paint, title, range=[0, highest * 1.22], nticks=4, tickformat="d", dtick=1 if highest < 4 else None)
    figure = blank(paint, HEIGHT + LEGEND, _time(paint, starts), upright, legend=True)
    figure.update_layout(barmode="stack", bargap=0.25)
    for name, counts, place in layers:
        figure.add_bar(
            x=list(starts),
            y=list(counts),
            name=safe(name),
            marker={"color": paint.series_colour(place) if place is not None else paint.faint, "line": {"width": 0}},
            hovertemplate=f"%{{x|%Y-%m-%d}}: %{{y}} {safe(name)}<extra></extra>",
        )
    _turns(figure, turns, paint)
    return figure


def mood_line(
    starts: Sequence[date],
    moods: Sequence[float | None],
    title: str,
    ends: tuple[str, str],
    turns: Sequence[Turn],
    *,
    theme: Ink | None = None,
) -> "go.Figure":
    """Mean sentiment from -1 to 1; `ends` are the names of both ends. Periods without documents are a gap."""
    paint = theme or ink()
    upright = axis(paint, title, range=[-1.15, 1.3], tickvals=[-1, 0, 1], ticktext=[ends[0], "0", ends[1]])
    figure = blank(paint, HEIGHT, _time(paint, starts), upright)
    figure.add_scatter(
        x=list(starts),
        y=list(moods),
        mode="lines+markers",
        line={"color": paint.blue, "width": 2},
        marker={"size": 6, "color": paint.blue},
        hovertemplate="%{x|%Y-%m-%d}: %{y:.2f}<extra></extra>",
    )
    _turns(figure, turns, paint)
    return figure


def _time(paint: Ink, starts: Sequence[date]) -> dict[str, object]:
    step = max(1, -(-len(starts) // TICKS))
    ticks = list(starts[::step])
    years = [None, *(tick.year for tick in ticks)]
    text = [f"{tick:%m-%d}" + (f"<br>{tick:%Y}" if tick.year != year else "")
            for year, tick in zip(years, ticks, strict=False)]  # fmt: skip
    return axis(paint, grid=False, type="date", tickvals=ticks, ticktext=text, tickangle=0)


def _turns(figure: "go.Figure", turns: Sequence[Turn], paint: Ink) -> None:
    for turn in turns:
        figure.add_vline(x=turn.at.isoformat(), line={"color": paint.text, "width": 1.3, "dash": "dot"})
        figure.add_annotation(
            x=turn.at.isoformat(),
            y=0.99,
            yref="paper",
            yanchor="top",
            text=safe(turn.text),
            showarrow=False,
            xanchor="left",
            xshift=5,
            font={"size": 12, "color": paint.text},
        )
