"""What the market page says: its answer, its key figures, and why something is unknown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_name
from dashboard.components.kpis import Kpi
from dashboard.components.text import ended, plain, sentences
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.evidence import measure
from engine.market.size import MEASURES, Approach, Level, Sized
from engine.wording.notes import note_words

if TYPE_CHECKING:
    from dashboard.store import Figure
    from dashboard.store.demand import Demand
    from engine.market.attractiveness import Attractiveness
    from engine.market.size import MarketSize

SCORE = "market.attractiveness"
LEVEL_NAMES: Mapping[Level, str] = {"tam": N_("All (TAM)"), "sam": N_("Reachable (SAM)"), "som": N_("Winnable (SOM)")}
APPROACH_NAMES: Mapping[Approach, str] = {"bottom_up": N_("Bottom-up"), "top_down": N_("Top-down")}
GOOD, POOR = 60, 30
"""From and up to which score a market is called attractive or not; where its interval lies between, it is open."""


def listed(keys: tuple[str, ...]) -> str:
    """Titles of measures, one after the other."""
    return ", ".join(f"“{_(measure(key).title)}”" for key in keys)


def unknown(sized: Sized) -> str:
    """Why a level is not known."""
    return translate("Unknown because nobody typed {inputs}.", inputs=listed(sized.missing))


def is_sized(found: "Demand") -> bool:
    """Whether any level is known."""
    return any(key in found.figures for key in MEASURES.values())


def answer_words(found: "Demand", size: "MarketSize", score: "Attractiveness") -> str:
    """The page's answer: how large and how attractive, and what is missing."""
    return sentences(f"**{plain(_verdict(found))}**", plain(_size(found, size)), plain(_lacking(score)))


def _verdict(found: "Demand") -> str:
    figure = found.figures.get(SCORE)
    if figure is None:
        return _("Not known yet.")
    low, high = figure.low or 0.0, figure.high if figure.high is not None else 100.0
    if low >= GOOD:
        return _("Yes, an attractive one.")
    if high <= POOR:
        return _("Hardly.")
    values = {key: formats.number(number) for key, number in (("value", figure.value), ("low", low), ("high", high))}
    return translate("Open: attractiveness {value} of 100 ({low} to {high}).", **values)


def _size(found: "Demand", size: "MarketSize") -> str:
    figure = found.figures.get(MEASURES["som"])
    if figure is None:
        return unknown(size.best("som"))
    return translate(
        "{amount} a year can be won ({interval}), {grade}.",
        amount=formats.money(figure.value, figure.low, figure.high),
        interval=formats.interval(figure.measure, figure.low, figure.high),
        grade=grade_name(figure.grade),
    )


def _lacking(score: "Attractiveness") -> str:
    missing = ", ".join(_(one.part.title) for one in score.missing)
    return translate("Not counted, because unknown: {parts}.", parts=missing) if missing and score.score else ""


def key_figures(found: "Demand", size: "MarketSize") -> list[Kpi]:
    """TAM, SAM, SOM and the score."""
    kpis = []
    for level, key in MEASURES.items():
        figure = found.figures.get(key)
        kpis.append(_kpi(figure, level.upper(), _(measure(key).help) if figure else unknown(size.best(level))))
    figure = found.figures.get(SCORE)
    return [*kpis, _kpi(figure, _("Attractiveness"), _(measure(SCORE).help))]


def _kpi(figure: "Figure | None", label: str, help_text: str) -> Kpi:
    if figure is None:
        return Kpi(label, "–", interval=_("unknown"), help=plain(help_text))
    key = figure.measure
    written = formats.value(key, figure.value, figure.low, figure.high)
    interval = formats.interval(key, figure.low, figure.high)
    return Kpi(label, written, figure.grade, interval, plain(sentences(help_text, ended(note_words(figure.note)))))


def disagreement_words(size: "MarketSize") -> list[str]:
    """By how much both approaches differ, level by level."""
    return [
        translate(
            N_("{level}: bottom-up is {ratio} times top-down ({low} to {high}); they disagree.")
            if one.apart
            else N_("{level}: bottom-up is {ratio} times top-down ({low} to {high}); the ranges allow both."),
            level=_(LEVEL_NAMES[one.level]),
            ratio=f"{one.ratio.value:.2g}",
            low=f"{one.ratio.low:.2g}",
            high=f"{one.ratio.high:.2g}",
        )
        for one in size.disagreements
    ]


def approach_words(size: "MarketSize", approach: Approach, level: Level) -> str:
    """What an approach says of a level, or why it says nothing."""
    one = size.sized[approach, level]
    if one.figure is None:
        return unknown(one)
    value, low, high = one.figure
    return f"{formats.money(value, low, high)} ({formats.interval(MEASURES[level], low, high)})"
