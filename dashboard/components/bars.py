"""The interval bar: an SVG picture of a value and its interval, as a data URI for tables and Markdown."""

import math
from dataclasses import dataclass
from urllib.parse import quote

from dashboard.components.ink import Ink, ink
from engine.evidence import Grade

WIDTH, HEIGHT = 80, 18
MARK, BAND = 3.4, 12
EDGE = 5
"""Room at both ends, so that a mark at the scale's end is whole."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where a column's bars run; `log` for money over decades."""

    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """0 to 1, cut at the ends."""
        start, end, at = (self._bend(x) for x in (self.start, self.end, value))
        return min(1.0, max(0.0, (at - start) / (end - start))) if end > start else 0.5

    def _bend(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self.log else value


def scale_over(values: list[float | None], *, log: bool = False) -> Scale:
    """A scale that holds all values with a little room; log needs positive values."""
    known = [v for v in values if v is not None and math.isfinite(v) and (v > 0 or not log)]
    if not known:
        return Scale(0.0, 1.0)
    low, high = min(known), max(known)
    if log:
        return Scale(low / 1.3, high * 1.3, log=True)
    room = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    return Scale(low - room, high + room)


def interval_bar(
    value: float | None,
    low: float | None,
    high: float | None,
    grade: Grade,
    scale: Scale,
    *,
    tick: float | None = None,
    colour: str | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
    theme: Ink | None = None,
) -> str:
    """Data URI: hairline track, band (filled for facts, dashed for inference), mark of the grade, slate tick.

    `tick` is the baseline or the bar to beat. `value` None draws the track alone.
    """
    paint = theme or ink()
    shade = colour or paint.grade(grade)
    middle = height / 2
    parts = [_line(EDGE - 4, width - EDGE + 4, middle, paint.line, 1.4)]

    def x(at: float) -> float:
        return EDGE + scale.place(at) * (width - 2 * EDGE)

    if low is not None and high is not None:
        parts.append(_band(x(low), x(high), middle, shade, fact=grade in ("measured", "quoted")))
    if tick is not None:
        at = f"{x(tick):.1f}"
        top, bottom = middle - BAND / 2 - 1.5, middle + BAND / 2 + 1.5
        parts.append(f'<path d="M{at} {top}V{bottom}" stroke="{paint.slate}" stroke-width="1.8"/>')
    if value is not None:
        parts.append(_mark(x(value), middle, shade, grade, paint.paper))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{"".join(parts)}</svg>'
    return "data:image/svg+xml," + quote(svg, safe="=/:,;'")


def picture(uri: str, alt: str) -> str:
    """Markdown image; `alt` states the interval in words."""
    return f"![{alt}]({uri})"


def _line(x1: float, x2: float, y: float, colour: str, width: float) -> str:
    return f'<path d="M{x1:.1f} {y}H{x2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _band(x1: float, x2: float, y: float, colour: str, *, fact: bool) -> str:
    # A band narrower than its mark must still show on both sides of it.
    spare = max(0.0, 2 * MARK + 2.4 - (x2 - x1)) / 2
    x1, x2 = x1 - spare, x2 + spare
    box = f'x="{x1:.1f}" y="{y - BAND / 2}" width="{x2 - x1:.1f}" height="{BAND}" rx="2"'
    if fact:
        return f'<rect {box} fill="{colour}" fill-opacity=".38"/>'
    dashes = f'stroke="{colour}" stroke-width="1.2" stroke-dasharray="2.4 1.8"'
    return f'<rect {box} fill="{colour}" fill-opacity=".10" {dashes}/>'


def _mark(x: float, y: float, colour: str, grade: Grade, paper: str) -> str:
    hollow = grade in ("modelled", "assumed")
    fill = f'fill="{paper}" stroke="{colour}" stroke-width="1.5"' if hollow else f'fill="{colour}"'
    if grade in ("measured", "modelled"):
        return f'<circle cx="{x:.1f}" cy="{y}" r="{MARK}" {fill}/>'
    size = MARK + 1.1
    steps = f"l{size:.1f} {size:.1f}l-{size:.1f} {size:.1f}l-{size:.1f} -{size:.1f}z"
    return f'<path d="M{x:.1f} {y - size:.1f}{steps}" {fill}/>'
