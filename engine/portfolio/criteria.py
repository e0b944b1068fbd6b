"""What the team weighs ideas by, and how weights are written down. Standard library only."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_, InputError, UnknownName

CRITERIA: dict[str, tuple[str, bool]] = {
    "worth": (N_("Risk-adjusted worth"), True),
    "market": (N_("Attractiveness of the market"), True),
    "bar": (N_("Chance to meet the bar"), True),
    "margin": (N_("Gross margin"), True),
    "duties": (N_("Obligations still open"), False),
}
"""Title, and whether more is better."""
PAIRS = tuple(itertools.combinations(CRITERIA, 2))
Judged = Sequence[tuple[str, str, float]]
"""How many times more the first matters than the second, 1/9 to 9."""
STEPS = (9, 7, 5, 3, 2, 1, 1 / 2, 1 / 3, 1 / 5, 1 / 7, 1 / 9)
"""What can be said of a pair on the page."""
FITS = 1e-9
"""A difference of logarithms that rounding alone makes."""
MOST_WORST = 3
"""Judgements that are named when they contradict the others."""


def title(criterion: str) -> str:
    """Its name, to be translated."""
    return CRITERIA[criterion][0]


@dataclass(frozen=True, slots=True)
class Weighed:
    """How the team's weights stand once criteria that tell no two ideas apart are left out."""

    shares: Mapping[str, float]
    """Of the criteria that count, summing to 1; empty when none does."""
    without_evidence: tuple[str, ...]
    """Weighed by the team, but fewer than two ideas have a figure."""
    alike: tuple[str, ...]
    """Weighed by the team, but all ideas that have a figure have the same."""


def weighed(table: Mapping[str, Mapping[str, float | None]], weights: Mapping[str, float]) -> Weighed:
    """What the weights come to for this table of ideas (by idea, then by criterion)."""
    columns = {
        name: [value for row in table.values() if (value := row.get(name)) is not None]
        for name, weight in weights.items()
        if weight > 0
    }
    lacking = tuple(name for name, column in columns.items() if len(column) < 2)
    alike = tuple(name for name, column in columns.items() if len(column) > 1 and len(set(column)) == 1)
    counting = {name: weights[name] for name in columns if name not in lacking + alike}
    total = sum(counting.values())
    return Weighed({name: weight / total for name, weight in counting.items()}, lacking, alike)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A pair that fits the others badly."""

    first: str
    second: str
    said: float
    follows: float
    """What all judgements together say of the pair."""


def checked_pairs(given: Any) -> list[tuple[str, str, float]]:
    """Judgements as a form or a link brings them; each pair of criteria once. Raises InputError or UnknownName."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise InputError(N_("Judgements are a list of pairs, not {value}."), value=str(given)[:60])
    found: dict[frozenset[str], tuple[str, str, float]] = {}
    for each in given:
        if isinstance(each, str) or not isinstance(each, Sequence) or len(each) != 3:
            raise InputError(N_("A judgement is two criteria and a number, not {value}."), value=str(each)[:60])
        first, second, value = each
        for name in (first, second):
            if name not in CRITERIA:
                raise UnknownName(N_("criterion"), str(name), list(CRITERIA))
        if frozenset((first, second)) in found or first == second:
            raise InputError(N_("{first} and {second} are judged twice, or are one."), first=first, second=second)
        found[frozenset((first, second))] = (first, second, _number(f"{first} / {second}", value))
    lacking = [f"{first} / {second}" for first, second in PAIRS if frozenset((first, second)) not in found]
    if lacking:
        raise InputError(N_("Every pair of criteria needs a judgement; missing: {pairs}."), pairs=", ".join(lacking))
    return list(found.values())


def checked_weights(given: Any) -> dict[str, float]:
    """Weights that sum to 1 from numbers of any size. Raises InputError or UnknownName."""
    if not isinstance(given, Mapping):
        raise InputError(N_("Weights are a number for each criterion, not {value}."), value=str(given)[:60])
    for name in given:
        if name not in CRITERIA:
            raise UnknownName(N_("criterion"), str(name), list(CRITERIA))
    numbers = {name: _number(name, given.get(name, 0)) for name in CRITERIA}
    for name, weight in numbers.items():
        if weight < 0:
            raise InputError(N_("The weight of {name} must not be negative: {value}."), name=title(name), value=weight)
    total = sum(numbers.values())
    if total <= 0:
        raise InputError(N_("At least one weight must be above 0."))
    return {name: weight / total for name, weight in numbers.items()}


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or isinstance(value, bool):
        raise InputError(N_("{name} must be a number, not {value}."), name=name, value=str(value)[:60])
    return number


def off(each: tuple[str, str, float], weights: Mapping[str, float]) -> float:
    """How far a judgement lies, as the logarithm of a factor, from the weights that follow from all."""
    first, second, said = each
    return abs(math.log(said * weights[second] / weights[first]))


def worst_pairs(judged: Judged, weights: Mapping[str, float], most: int = MOST_WORST) -> tuple[Contradiction, ...]:
    """The judgements that lie farthest from the weights that follow from all, the farthest first; none that fits."""
    farthest = sorted(judged, key=lambda each: -off(each, weights))[:most]
    return tuple(
        Contradiction(a, b, said, weights[a] / weights[b])
        for a, b, said in farthest
        if off((a, b, said), weights) > FITS
    )


def circles(judged: Judged) -> tuple[tuple[str, str, str], ...]:
    """Three criteria of which each was said to matter more than the next, and the last more than the first."""
    more = {(a, b) if said > 1 else (b, a) for a, b, said in judged if said != 1}
    found = []
    for three in itertools.combinations(CRITERIA, 3):
        for a, b, c in (three, three[::-1]):
            if {(a, b), (b, c), (c, a)} <= more:
                found.append((a, b, c))
    return tuple(found)


def said_by_others(pairs: Mapping[tuple[str, str], float], pair: tuple[str, str]) -> float:
    """What the other judgements say of a pair: the geometric mean of the ways from one to the other over a third."""
    both = {**pairs, **{(b, a): 1 / value for (a, b), value in pairs.items()}}
    first, second = pair
    thirds = {name for other in pairs for name in other} - {first, second}
    return math.exp(sum(math.log(both[first, third] * both[third, second]) for third in thirds) / len(thirds))


def nearest_step(value: float) -> float:
    """The judgement of Saaty's scale that is nearest as a factor."""
    return min(STEPS, key=lambda step: abs(math.log(step / value)))


class ContradictoryPairs(InputError):
    """Judgements that contradict each other more than is accepted, with what would mend them."""

    def __init__(self, judged: Judged, weights: Mapping[str, float], ratio: float, most: float, mended: Judged) -> None:
        self.worst, self.circles = worst_pairs(judged, weights), circles(judged)
        self.mended = tuple(mended)
        """Those that suffice to be changed, each at the value to change it to."""
        first = self.worst[0]
        super().__init__(
            N_(
                "The judgements contradict each other: their consistency ratio is {ratio}, and must be at most {most}. "
                "Look again at “{first}” against “{second}”: it was said to matter {said} times as much; the others "
                "together say {follows}."
            ),
            ratio=f"{ratio:.2f}",
            most=most,
            first=title(first.first),
            second=title(first.second),
            said=f"{first.said:.2g}",
            follows=f"{first.follows:.2g}",
            kept=N_("The weights that were saved before still count."),
        )
