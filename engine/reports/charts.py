"""Charts of a report as inline SVG, coloured by the page's style sheet. A chart without figures says why instead.

Drawn 360 units wide, about as wide as they stand on a page, so that their letters keep their size on a phone.
"""

import math
from collections.abc import Sequence
from html import escape

from engine.reports.document import Amount, Chart, Mark, Ranges, Track, Unknown
from engine.reports.writing import comma, figure, interval, say
from engine.wording import formats, translate

WIDTH = 360
LEFT, RIGHT = 6, 354
ROW, TOP, AXIS = 40, 4, 24
SMALL, WIDE_LETTER = 6.4, 12.0
"""About the widths of a Latin and of a Chinese letter at 12 units."""
PLOT = 120
"""Height of a track."""


def chart_html(chart: Chart) -> str:
    """The chart with its title, as a figure of HTML."""
    body = _ranges(chart) if isinstance(chart, Ranges) else _track(chart)
    empty = f'<p class="empty">{escape(say(Unknown(chart.empty)))}</p>'
    return f"<figure><figcaption>{escape(say(chart.title))}</figcaption>{body or empty}</figure>"


def _ranges(chart: Ranges) -> str:
    known = [mark for mark in chart.marks if isinstance(mark.amount, Amount)]
    if not known:
        return ""
    low, high = _reach(chart, known)
    height = TOP + ROW * len(known) + AXIS
    rows = [_row(chart, mark, TOP + ROW * place, low, high) for place, mark in enumerate(known)]
    axis = _axis(chart, low, high, height)
    alt = "; ".join(f"{say(mark.label)}: {_told(mark)}" for mark in chart.marks)
    return _svg(height, alt, axis + "".join(rows)) + _key(chart) + _absent(chart)


def _absent(chart: Ranges) -> str:
    names = [say(mark.label) for mark in chart.marks if isinstance(mark.amount, Unknown)]
    said = translate("Not drawn, as it is unknown: {names}", names=comma().join(names))
    return f'<p class="key">{escape(said)}</p>' if names else ""


def _told(mark: Mark) -> str:
    amount = mark.amount
    if isinstance(amount, Unknown):
        return say(amount)
    ends = interval(amount)
    return f"{figure(amount)} ({ends})" if ends else figure(amount)


def _reach(chart: Ranges, known: Sequence[Mark]) -> tuple[float, float]:
    values: list[float] = [0.0] if chart.bars or chart.unit != "share" else []
    for mark in known:
        assert isinstance(mark.amount, Amount)
        amount = mark.amount
        values += [x for x in (amount.value, amount.low, amount.high, mark.goal, mark.floor) if x is not None]
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    room = 0.06 * spread
    floor = low if low == 0 else low - room
    if chart.unit == "share":
        return max(0.0, floor) if low >= 0 else floor, min(1.0, high + room) if high <= 1 else high + room
    return floor, high + room


def _at(value: float, low: float, high: float) -> float:
    return LEFT + (RIGHT - LEFT) * (value - low) / (high - low)


def _row(chart: Ranges, mark: Mark, top: float, low: float, high: float) -> str:
    middle = top + 26
    said = _told(mark) if isinstance(mark.amount, Amount) else "–"
    room = RIGHT - LEFT - _wide(said) - 8
    label = say(mark.label)
    parts = [
        f'<text x="{LEFT}" y="{top + 13}"><title>{escape(label)}</title>{escape(_cut(label, room))}</text>',
        f'<text class="v" x="{RIGHT}" y="{top + 13}" text-anchor="end">{escape(said)}</text>',
        f'<line class="rail" x1="{LEFT}" x2="{RIGHT}" y1="{middle}" y2="{middle}"/>',
    ]
    if isinstance(mark.amount, Amount):
        parts.append(_drawn(chart, mark.amount, middle, low, high))
    for kind, value in (("floor", mark.floor), ("goal", mark.goal)):
        if value is not None:
            x = _at(value, low, high)
            parts.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{middle - 8}" y2="{middle + 8}"/>')
    return "".join(parts)


def _drawn(chart: Ranges, amount: Amount, middle: float, low: float, high: float) -> str:
    fact = "fact" if amount.grade in ("measured", "quoted") else "guess"
    x, zero = _at(amount.value, low, high), _at(max(low, min(high, 0.0)), low, high)
    parts = []
    if chart.bars:
        begin, end = sorted((zero, x))
        parts.append(
            f'<rect class="bar {fact}" x="{begin:.1f}" y="{middle - 6}" width="{max(1.5, end - begin):.1f}" '
            'height="12" rx="2"/>'
        )
    if amount.low is not None and amount.high is not None:
        begin, end = _at(amount.low, low, high), _at(amount.high, low, high)
        shape = f'x="{begin:.1f}" y="{middle - 5}" width="{max(1.5, end - begin):.1f}" height="10" rx="2"'
        parts.append(f'<rect class="{"whisker" if chart.bars else "band"} {fact}" {shape}/>')
    if not chart.bars:
        parts.append(f'<circle class="dot {fact}" cx="{x:.1f}" cy="{middle}" r="4.5"/>')
    return "".join(parts)


def _axis(chart: Ranges, low: float, high: float, height: float) -> str:
    base = height - AXIS + 2
    parts = []
    for value in steps(low, high):
        x = _at(value, low, high)
        anchor = "start" if x < LEFT + 14 else "end" if x > RIGHT - 14 else "middle"
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP + 16}" y2="{base}"/>')
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{base + 14}" text-anchor="{anchor}">'
            f"{escape(_tick(chart.unit, value))}</text>"
        )
    return "".join(parts)


def steps(low: float, high: float, most: int = 4) -> list[float]:
    """Round values between two ends: 1, 2 or 5 times a power of ten apart."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    size = next(power * step for step in (1, 2, 5, 10) if power * step >= rough * 0.999)
    first = math.ceil(low / size - 1e-9)
    return [round(n * size, 12) for n in range(first, math.floor(high / size + 1e-9) + 1)]


def _tick(unit: str, value: float) -> str:
    if unit == "share":
        return f"{100 * value:.4g}%"
    if unit in formats.MONEY_UNITS:
        return formats.money(value) if value else "0"
    return formats.number(value, 0 if value == round(value) else formats.decimals_for(value))


def _key(chart: Ranges) -> str:
    names = []
    for kind, name in (("goal", chart.goal), ("floor", chart.floor)):
        if name and any(getattr(mark, kind) is not None for mark in chart.marks):
            names.append(f'<span><i class="{kind}"></i>{escape(say(name))}</span>')
    return f'<p class="key">{" ".join(names)}</p>' if names else ""


def _track(chart: Track) -> str:
    known = [x for line in (chart.actual, chart.foreseen, chart.low, chart.high) for x in line if x is not None]
    if not known or not any(x is not None for x in chart.foreseen):
        return ""
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 1, high + 1
    count = max(2, len(chart.ds))

    def place(i: int, y: float) -> str:
        return f"{LEFT + (RIGHT - LEFT) * i / (count - 1):.1f},{10 + PLOT * (high - y) / (high - low):.1f}"

    def line(values: Sequence[float | None]) -> str:
        return " ".join(place(i, y) for i, y in enumerate(values) if y is not None)

    back = [place(i, y) for i, y in reversed(list(enumerate(chart.high))) if y is not None]
    band = " ".join([line(chart.low), *back])
    base = PLOT + 26
    ends = f'<text class="tick" x="{LEFT}" y="{base}">{escape(chart.ds[0])}</text>'
    ends += f'<text class="tick" x="{RIGHT}" y="{base}" text-anchor="end">{escape(chart.ds[-1])}</text>'
    lines = f'<polyline class="foreseen" points="{line(chart.foreseen)}"/>'
    lines += f'<polyline class="actual" points="{line(chart.actual)}"/>'
    key = (
        f'<p class="key"><span><i class="actual"></i>{escape(translate("actual"))}</span> '
        f'<span><i class="foreseen"></i>{escape(translate("forecast, with its 90 % interval"))}</span> '
        f"<span>{escape(formats.between(_plain(low), _plain(high)))}</span></p>"
    )
    alt = f"{say(chart.title)}: {chart.ds[0]} – {chart.ds[-1]}"
    return _svg(base + 6, alt, f'<polygon class="band guess" points="{band}"/>{lines}{ends}') + key


def _plain(value: float) -> str:
    return formats.number(value, formats.decimals_for(value))


def _svg(height: float, alt: str, inside: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(alt)}">{inside}</svg>'


def _wide(text: str) -> float:
    return sum(WIDE_LETTER if ord(letter) > 0x2E80 else SMALL for letter in text)


def _cut(text: str, room: float) -> str:
    if _wide(text) <= room:
        return text
    while text and _wide(text) > room - SMALL:
        text = text[:-1]
    return text.rstrip() + "…"
