"""How attractive a market is: 0 to 100 from the figures that there are, each part with its weight and its scale.

A part's score runs straight (for money by orders of magnitude) from 0 at its worst figure to 100 at its best. The
weights and both ends of every scale are planning assumptions of ours, so the score is graded assumed whatever it rests
on. Missing parts are named; the value is the weighted mean of the known ones, its ends let each missing part be 0 or
100, and let all known ones be at their worse or better end together: wider than 95 %.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import N_
from engine.evidence import measure
from engine.interval import Interval

FULL = 100.0


@dataclass(frozen=True, slots=True)
class Part:
    """One figure that counts, how much, and from which figure to which."""

    key: str
    title: str
    measure: str
    weight: float
    worst: float
    best: float
    log: bool = False

    def score(self, figure: float) -> float:
        """0 to 100 of a figure."""
        if self.log:
            if figure <= 0:
                return 0.0
            place = math.log(figure / self.worst) / math.log(self.best / self.worst)
        else:
            place = (figure - self.worst) / (self.best - self.worst)
        return FULL * min(1.0, max(0.0, place))


PARTS: tuple[Part, ...] = (
    Part("size", N_("Size"), "market.som_usd_per_year", 30, 1e5, 1e8, log=True),
    Part("growth", N_("Growth"), "market.growth_per_year", 25, -0.10, 0.30),
    Part("competition", N_("Competition"), "market.competitors", 15, 10, 0),
    Part("loyalty", N_("Loyalty"), "market.churn_per_month", 15, 0.15, 0.0),
    Part("obligations", N_("Obligations"), "market.obligations_open", 15, 20, 0),
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One part with its score; None where its figure is missing."""

    part: Part
    figure: Interval | None
    score: Interval | None


@dataclass(frozen=True, slots=True)
class Attractiveness:
    """The score, or None when no part is known."""

    score: Interval | None
    parts: tuple[Scored, ...]

    @property
    def missing(self) -> tuple[Scored, ...]:
        """Parts without a figure."""
        return tuple(one for one in self.parts if one.score is None)


def attractiveness(figures: Mapping[str, Interval]) -> Attractiveness:
    """The score of a market from its figures by measure key; others than those of `PARTS` do not count."""
    parts = tuple(_scored(part, figures.get(part.measure)) for part in PARTS)
    known = [(one.part.weight, one.score) for one in parts if one.score is not None]
    if not known:
        return Attractiveness(None, parts)
    whole = sum(part.weight for part in PARTS)
    there = sum(weight for weight, _score in known)
    value = sum(weight * score.value for weight, score in known) / there
    low = sum(weight * score.low for weight, score in known) / whole
    high = (sum(weight * score.high for weight, score in known) + FULL * (whole - there)) / whole
    return Attractiveness(Interval(value, low, high), parts)


def _scored(part: Part, figure: Interval | None) -> Scored:
    if figure is None:
        return Scored(part, None, None)
    ends = sorted((part.score(figure.low), part.score(figure.high)))
    return Scored(part, figure, Interval(part.score(figure.value), ends[0], ends[1]))


def known_measures() -> tuple[str, ...]:
    """Measures that count, in the order of the parts; each is one of the vocabulary."""
    return tuple(measure(part.measure).key for part in PARTS)
