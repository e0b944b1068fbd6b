"""A calendar: bars from day to day, and marks on single days, one row an idea."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashboard.components.charts.template import axis, blank, safe
from dashboard.components.ink import Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, FRAME, BAR = 40, 66, 16
ROOM = timedelta(days=20)
LEAST = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Span:
    """An idea at work."""

    name: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of an idea."""

    name: str
    day: date
    text: str


def months_after(day: date, months: int) -> date:
    """The first day of the month that many months after the day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def roadmap(
    spans: Sequence[Span], marks: Sequence[Mark], today: date, today_name: str, *, theme: Ink | None = None
) -> "go.Figure":
    """Rows in the order in which their first thing happens; today is a dotted line."""
    paint = theme or ink()
    begin: dict[str, date] = {}
    for name, day in [*((s.name, s.start) for s in spans), *((m.name, m.day) for m in marks)]:
        begin[name] = min(day, begin.get(name, day))
    names = sorted(begin, key=lambda name: (begin[name], name))
    rows = {name: len(names) - place for place, name in enumerate(names)}
    days = [today, *begin.values(), *(s.end for s in spans), *(m.day for m in marks)]
    first, last = min(days) - ROOM, max(max(days) + 3 * ROOM, min(days) + LEAST)
    figure = blank(
        paint,
        ROW * len(names) + FRAME,
        axis(
            paint, range=[first.isoformat(), last.isoformat()], type="date", nticks=4, tickangle=0, tickformat="%Y-%m"
        ),
        axis(
            paint,
            grid=False,
            tickvals=list(rows.values()),
            ticktext=[safe(name) + "  " for name in rows],
            range=[0.4, len(names) + 0.9],
        ),
    )
    figure.add_vline(x=today.isoformat(), line={"color": paint.slate, "width": 1.5, "dash": "dot"})
    _say(figure, paint, today, len(names) + 0.7, today_name)
    for span in spans:
        figure.add_scatter(
            x=[span.start.isoformat(), span.end.isoformat()],
            y=[rows[span.name]] * 2,
            mode="lines",
            line={"color": paint.series_colour(0), "width": BAR},
            hovertemplate=f"{safe(span.name)}: %{{x|%Y-%m}}<extra></extra>",
        )
    for mark in marks:
        figure.add_scatter(
            x=[mark.day.isoformat()],
            y=[rows[mark.name]],
            mode="markers",
            marker={"size": 13, "symbol": "diamond", "color": paint.series_colour(1), "line": {"width": 0}},
            hovertemplate=f"{safe(mark.name)}: {safe(mark.text)}, {mark.day.isoformat()}<extra></extra>",
        )
        _say(figure, paint, mark.day, rows[mark.name], mark.text, shift=9)
    return figure


def _say(figure: "go.Figure", paint: Ink, day: date, row: float, text: str, *, shift: int = 5) -> None:
    figure.add_annotation(
        x=day.isoformat(),
        y=row,
        text=safe(text),
        showarrow=False,
        xanchor="left",
        xshift=shift,
        font={"size": 12.5, "color": paint.text},
    )
