"""Figures that move together because somebody said so: pairs with a rank correlation, drawn through a normal copula.

A stated rank correlation (Spearman) of rho asks of the normal numbers behind two figures a correlation of
2 sin(pi rho / 6) (Pearson 1907); their distributions stay as they are, since only the normal numbers are mixed
(Nelsen 2006). Pairs of which nothing is said are independent, so that not everything that can be said can hold:
the matrix of the normal correlations must have no negative eigenvalue.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.business.inputs import CHANNEL_TITLES, INPUTS
from engine.errors import N_, InputError, ProspectusError, UnknownName
from engine.spec.pricing import Array

TOLERANCE = 1e-9
"""By which an eigenvalue may be negative, from rounding alone."""
STEPS = 60
"""Of the bisection."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures, each an input or `model.setting`, and the rank correlation that was stated, -1 to 1."""

    first: str
    second: str
    rank: float


class Contradictory(InputError):
    """Correlations that cannot hold together. `keys` names the figure behind each title in its values."""

    def __init__(self, template: str, keys: Mapping[str, str], remedy: str = "", **values: str) -> None:
        self.keys = keys
        titles = {name: figure_name(key) for name, key in keys.items()}
        super().__init__(template, remedy=remedy, **titles, **values)


def figure_name(key: str) -> str:
    """What a reader calls an input, with its channel; the key itself of another figure."""
    if key not in INPUTS:
        return key
    channel = CHANNEL_TITLES.get(key.partition(".")[0])
    return f"{channel}: {INPUTS[key].title}" if channel else INPUTS[key].title


def normal_of(rank: float) -> float:
    """The correlation of normal numbers whose ranks correlate so."""
    return 2 * math.sin(math.pi * rank / 6)


def rank_of(normal: float) -> float:
    """The rank correlation of normal numbers that correlate so."""
    return 6 / math.pi * math.asin(normal / 2)


def faults(pairs: Sequence[Pair], known: Callable[[str], bool]) -> list[ProspectusError]:
    """What is wrong with stated correlations: input, rule and value. `known` says whether there is such a figure."""
    found: list[ProspectusError] = []
    said: set[frozenset[str]] = set()
    for pair in pairs:
        them = frozenset((pair.first, pair.second))
        found += [UnknownName(N_("figure"), key, list(INPUTS)) for key in (pair.first, pair.second) if not known(key)]
        if not (math.isfinite(pair.rank) and -1 <= pair.rank <= 1):
            found.append(InputError(N_("A rank correlation must be from -1 to 1, not {value}."), value=pair.rank))
        if len(them) == 1:
            template = N_("“{first}” was paired with itself: a correlation needs two figures.")
            found.append(Contradictory(template, {"first": pair.first}))
        elif them in said:
            template = N_("“{first}” with “{second}” was stated twice: say one correlation.")
            found.append(Contradictory(template, {"first": pair.first, "second": pair.second}))
        elif all(_shared(key) for key in them):
            template = N_("“{first}” and “{second}” are the same for every idea, so no one idea can say how they move.")
            found.append(Contradictory(template, {"first": pair.first, "second": pair.second}))
        said.add(them)
    return found or [fault for group in groups(pairs) if (fault := _contradiction(group)) is not None]


def _shared(key: str) -> bool:
    return key in INPUTS and INPUTS[key].shared


def groups(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Pairs that hang together through a common figure."""
    found: list[tuple[set[str], list[Pair]]] = []
    for pair in pairs:
        touching = [group for group in found if {pair.first, pair.second} & group[0]]
        keys = {pair.first, pair.second}.union(*(group[0] for group in touching))
        joined = [each for group in touching for each in group[1]]
        found = [group for group in found if group not in touching] + [(keys, [*joined, pair])]
    return [pairs for _keys, pairs in found]


def _order(keys: Iterable[str]) -> list[str]:
    """Figures of all ideas first, so that theirs stay the same in each; settings last, so that inputs stay so too."""
    places = {key: place for place, key in enumerate(INPUTS)}
    return sorted(set(keys), key=lambda key: (not _shared(key), places.get(key, len(places)), key))


def matrix(keys: Sequence[str], pairs: Iterable[Pair], weaken: float = 1.0) -> Array:
    """Correlations of the normal numbers of these figures; `weaken` takes so much of each stated one."""
    found = np.eye(len(keys))
    for pair in pairs:
        if pair.first in keys and pair.second in keys:
            one, other = keys.index(pair.first), keys.index(pair.second)
            found[one, other] = found[other, one] = normal_of(weaken * pair.rank)
    return found


def holds(correlations: Array) -> bool:
    """Whether figures can move so: no eigenvalue is negative."""
    return bool(np.linalg.eigvalsh(correlations)[0] >= -TOLERANCE)


def _contradiction(group: Sequence[Pair]) -> ProspectusError | None:
    """What cannot hold of pairs that hang together: three figures by name where three suffice, else all of them."""
    keys = _order(key for pair in group for key in (pair.first, pair.second))
    if holds(matrix(keys, group)):
        return None
    share = _most_that_holds(keys, group)
    remedy = N_("Weaken all that hang together to {share} of what was stated, or state the pair that is open.")
    trios = [trio for trio in itertools.combinations(keys, 3) if not holds(matrix(trio, group))]
    shown = f"{share:.0%}"
    if not trios:
        template = N_("The correlations of “{first}” with the {count} figures that hang with it cannot hold together.")
        return Contradictory(template, {"first": keys[0]}, remedy, count=str(len(keys) - 1), share=shown)
    first, second, third = _open_last(min(trios, key=lambda trio: np.linalg.eigvalsh(matrix(trio, group))[0]), group)
    ranks = [_stated(group, *two) for two in ((first, second), (second, third), (first, third))]
    low, high = _room(ranks[0], ranks[1])
    return Contradictory(
        N_(
            "These cannot hold together: “{first}” with “{second}” {one}, “{second}” with “{third}” {two}, “{first}” "
            "with “{third}” {three}. With the first two, the last must be from {low} to {high}."
        ),
        {"first": first, "second": second, "third": third},
        remedy,
        **{name: f"{rank:g}" for name, rank in zip(("one", "two", "three"), ranks, strict=True)},
        low=f"{math.ceil(100 * low) / 100:g}",
        high=f"{math.floor(100 * high) / 100:g}",
        share=shown,
    )


def _stated(pairs: Iterable[Pair], one: str, other: str) -> float:
    """What was stated of two figures; 0 where nothing was."""
    return next((pair.rank for pair in pairs if {pair.first, pair.second} == {one, other}), 0.0)


def _open_last(trio: Sequence[str], pairs: Sequence[Pair]) -> tuple[str, str, str]:
    """Three figures in the order in which the first and the last are those least of all said to move together."""
    found = min(itertools.permutations(trio), key=lambda three: abs(_stated(pairs, three[0], three[2])))
    return found[0], found[1], found[2]


def _room(one: float, two: float) -> tuple[float, float]:
    """Rank correlations that a third pair can have beside two."""
    a, b = normal_of(one), normal_of(two)
    give = math.sqrt(max(0.0, (1 - a * a) * (1 - b * b)))
    return rank_of(max(-1.0, a * b - give)), rank_of(min(1.0, a * b + give))


def _most_that_holds(keys: Sequence[str], pairs: Sequence[Pair]) -> float:
    """The largest share of all stated correlations that can hold, in whole percent (shrinking: Higham, Strabić, Šego
    2016)."""
    low, high = 0.0, 1.0
    for _step in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(matrix(keys, pairs, middle)) else (low, middle)
    return math.floor(100 * low) / 100


def factor(correlations: Array) -> Array:
    """The lower triangular L with L L' = the matrix; a figure that others determine wholly gets a column of zeros."""
    size = len(correlations)
    found = np.zeros((size, size))
    for row in range(size):
        for column in range(row):
            rest = correlations[row, column] - found[row, :column] @ found[column, :column]
            found[row, column] = rest / found[column, column] if found[column, column] > 0 else 0.0
        left = 1 - found[row, :row] @ found[row, :row]
        found[row, row] = math.sqrt(left) if left > TOLERANCE else 0.0
    return found


def mixed(pairs: Sequence[Pair], normals: Callable[[str], Array]) -> dict[str, Array]:
    """Normal numbers of the paired figures that correlate as stated, by figure; `normals` gives each one's own.

    The first figure of each group keeps its own numbers.
    """
    found: dict[str, Array] = {}
    for group in groups(pairs):
        keys = _order(key for pair in group for key in (pair.first, pair.second))
        own = np.stack([normals(key) for key in keys])
        found |= dict(zip(keys, factor(matrix(keys, group)).astype(np.float32) @ own, strict=True))
    return found
