"""What each input moves when it alone goes from its low to its high end, the widest on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.charts.template import PER_CLASS, blank, money_axis, named_rows, safe
from dashboard.components.ink import Ink, ink, on_phone

if TYPE_CHECKING:
    import plotly.graph_objects as go


FRAME = 96
"""Height of legend, ticks and title, in px."""


@dataclass(frozen=True, slots=True)
class Blade:
    """One input and the total at both of its ends."""

    name: str
    at_low: float
    at_high: float
    low_text: str
    high_text: str
    """The ends themselves, as written."""


def blade_chart(
    blades: Sequence[Blade], middle: float, title: str, names: tuple[str, str], *, theme: Ink | None = None
) -> "go.Figure":
    """names: of the low and of the high end, for the legend. Orange against blue: neither is good or bad."""
    paint = theme or ink()
    places, names_axis = named_rows(paint, [blade.name for blade in blades])
    reach = [v for b in blades for v in (b.at_low, b.at_high)]
    low, high = min([*reach, middle]), max([*reach, middle])
    room = (0.5 if on_phone() else 0.3) * (high - low) or abs(middle) * 0.1 or 1.0
    x = money_axis(paint, title, low - room, high + room)
    figure = blank(
        paint,
        PER_CLASS * max(1, len(blades)) + FRAME,
        x,
        names_axis,
        legend=True,
    )
    figure.update_layout(barmode="overlay")
    written: list[dict[str, Any]] = []
    for which, colour in ((0, paint.series[0]), (1, paint.series[1])):
        ends = [(b.at_low, b.at_high)[which] for b in blades]
        others = [(b.at_high, b.at_low)[which] for b in blades]
        left = [end < middle or end == middle < other for end, other in zip(ends, others, strict=True)]
        texts = [(b.low_text, b.high_text)[which] for b in blades]
        figure.add_bar(
            x=[end - middle for end in ends],
            y=places,
            base=[middle] * len(blades),
            orientation="h",
            name=safe(names[which]),
            marker={"color": colour, "line": {"width": 0}},
            width=0.55,
            hovertext=[
                f"{safe(b.name)} {safe(t)}: {formats.money(e)}" for b, t, e in zip(blades, texts, ends, strict=True)
            ],
            hoverinfo="text",
        )
        written += [
            {
                "x": end,
                "y": place,
                "text": safe(text),
                "showarrow": False,
                "xanchor": "right" if leftwards else "left",
                "xshift": -5 if leftwards else 5,
                "font": {"size": 12, "color": paint.muted},
            }
            for end, text, place, leftwards in zip(ends, texts, places, left, strict=True)
        ]
    line = {"type": "line", "x0": middle, "x1": middle, "y0": 0, "y1": 1, "yref": "paper"}
    # All at once: Plotly checks everything anew with each one that is added.
    figure.update_layout(annotations=written, shapes=[line | {"line": {"color": paint.slate, "width": 1.5}}])
    return figure
