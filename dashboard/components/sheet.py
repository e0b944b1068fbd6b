"""The evidence sheet: one table of figures, each with its interval, grade, source and age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard import formats
from dashboard.components.badges import grade_badge, grade_mark, stale_badge
from dashboard.components.bars import Scale, interval_bar, picture, scale_over
from dashboard.components.ink import on_phone
from dashboard.components.table import words_table
from dashboard.components.text import one_line, plain, unbroken
from dashboard.i18n import _
from engine.errors import N_
from engine.evidence import Grade, measure

GROUP_NAMES = {
    "quality": N_("Quality"),
    "latency": N_("Speed and size"),
    "size": N_("Speed and size"),
    "serving": N_("Speed and size"),
    "cost": N_("Cost"),
    "market": N_("Market"),
    "economics": N_("Money"),
}


LONGEST_SOURCE = 28


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the sheet, in plain values."""

    measure: str
    """Key of `engine.evidence.MEASURES`."""
    value: float | None
    low: float | None
    high: float | None
    grade: Grade
    source: str
    """Plain words: "run 8f3a", "Lin, note"."""
    at: datetime | None
    href: str = ""
    """Address of the source, from `text.url` or a document's own."""
    stale: bool = False
    tick: float | None = None
    """The naive baseline, or the bar to beat."""


def evidence_sheet(figures: Sequence[Figure]) -> None:
    """Draw the figures grouped by subject, in the order of the vocabulary's subjects."""
    columns: dict[str, list[str]] = {
        _("Measure"): [],
        _("Value"): [],
        _("95% interval"): [],
        _("Grade"): [],
        _("Source, age"): [],
    }
    for group in dict.fromkeys(GROUP_NAMES.values()):
        members = [f for f in figures if GROUP_NAMES[measure(f.measure).group] == group]
        if members:
            _add(columns, [f":small[:gray[**{one_line(_(group).upper())}**]]", "", "", "", ""])
        for figure in members:
            _add(columns, _cells(figure, _scale(figure, members)))
    words_table(columns, _("Evidence, grouped by subject"), deciding=(0, 1, 2))


def _add(columns: dict[str, list[str]], cells: list[str]) -> None:
    for column, cell in zip(columns.values(), cells, strict=True):
        column.append(cell)


def _cells(figure: Figure, scale: Scale) -> list[str]:
    key = figure.measure
    words = formats.interval(key, figure.low, figure.high)
    bar = interval_bar(figure.value, figure.low, figure.high, figure.grade, scale, tick=figure.tick)
    named = one_line(plain(figure.source, LONGEST_SOURCE)).replace("-", "-\u2060")
    source = f"[{named}]({figure.href})" if figure.href else named
    mark = f"{formats.NBSP}{grade_mark(figure.grade)}" if on_phone() else ""  # the badge is out of sight there
    aged = f"{source}, {one_line(formats.age(figure.at))}" if figure.at else source
    return [
        unbroken(_(measure(key).title)),
        f"**{one_line(plain(formats.value(key, figure.value, figure.low, figure.high)))}**{mark}",
        f"{picture(bar, words or _('no interval'))} {plain(words)}",
        grade_badge(figure.grade),
        f"{aged}{formats.NBSP}{stale_badge()}" if figure.stale else aged,
    ]


def _scale(figure: Figure, members: Sequence[Figure]) -> Scale:
    """Shares of one group stand on one scale; every other figure on its own, from 0 to twice its value."""
    if measure(figure.measure).unit == "share":
        shares = [f for f in members if measure(f.measure).unit == "share"]
        return scale_over([x for f in shares for x in (f.value, f.low, f.high, f.tick)])
    reach = max(2 * abs(figure.value or 0.0), 1.05 * abs(figure.high or 0.0), 1e-12)
    return Scale(min(0.0, 1.05 * (figure.low or 0.0)), reach)
