"""Other ways to look at the same ideas: RICE, weighted criteria (AHP weights, TOPSIS), and the nine-box.

What is missing is never scored as zero or as average: it is tried at the worst and at the best that any idea has, and
the score is the range between.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_, InputError
from engine.interval import Interval
from engine.portfolio.criteria import nearest_step, said_by_others, weighed

CONSISTENT = 0.1
"""Largest consistency ratio of pairs that Saaty (1980) accepts."""
THIRDS = (100 / 3, 200 / 3)
BOXES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Weights:
    """Of criteria, summing to 1."""

    by_criterion: Mapping[str, float]
    consistency: float
    """Saaty's ratio; 0 for weights that were typed."""

    @property
    def contradictory(self) -> bool:
        """Whether the pairs contradict each other more than Saaty accepts."""
        return self.consistency > CONSISTENT


@dataclass(frozen=True, slots=True)
class Criterion:
    """One column of the table of ideas."""

    measure: str
    higher_is_better: bool


def rice(reach: Interval, impact: float, confidence: float, effort_months: float) -> Interval:
    """reach x impact x confidence / effort (McBride, Intercom 2016); its ends come from reach.

    reach: customers a quarter; impact: 0.25 to 3; confidence: a share; effort: person-months.
    Raises InputError for an effort that is not positive or a confidence outside 0 to 1.
    """
    if not effort_months > 0:
        raise InputError(N_("The effort must be above 0 person-months, not {value}."), value=effort_months)
    if not 0 <= confidence <= 1:
        raise InputError(N_("The confidence must be between 0 and 1, not {value}."), value=confidence)
    factor = impact * confidence / effort_months
    return Interval(*(end * factor for end in reach))


def typed_weights(given: Mapping[str, float]) -> Weights:
    """Weights as typed, made to sum to 1. Raises InputError for negative ones or for none above 0."""
    for name, weight in given.items():
        if not weight >= 0:
            raise InputError(N_("The weight of {name} must not be negative: {value}."), name=name, value=weight)
    total = sum(given.values())
    if total <= 0:
        raise InputError(N_("At least one weight must be above 0."))
    return Weights({name: weight / total for name, weight in given.items()}, 0.0)


def paired_weights(pairs: Mapping[tuple[str, str], float]) -> Weights:
    """Weights from how many times more the first of each pair matters (AHP, Saaty 1980), 1/9 to 9.

    Raises InputError for a judgement outside that range and for criteria that no chain of pairs connects.
    """
    from ahpy import Compare

    for (first, second), value in pairs.items():
        if not 1 / 9 - 1e-9 <= value <= 9 + 1e-9:
            raise InputError(
                N_("{first} against {second} must be between 1/9 and 9, not {value}."),
                first=first,
                second=second,
                value=value,
            )
    names = {name for pair in pairs for name in pair}
    lacking = [pair for pair in itertools.combinations(sorted(names), 2) if not {pair, pair[::-1]} & set(pairs)]
    if lacking:
        words = ", ".join(f"{first} / {second}" for first, second in lacking)
        raise InputError(N_("Every pair of criteria needs a judgement; missing: {pairs}."), pairs=words)
    compared: Any = Compare("criteria", dict(pairs), precision=6, random_index="saaty")
    return Weights(dict(compared.target_weights), max(0.0, float(compared.consistency_ratio)))


def mended_pairs(pairs: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Judgements to change, at what to change them to, so that all are consistent; none when they are.

    One judgement after the other, each once: the one whose change helps most, to the nearest step of the scale to what
    the others say of it.
    """
    now = dict(pairs)
    changed: dict[tuple[str, str], float] = {}
    while paired_weights(now).contradictory and len(changed) < len(pairs):
        tries = {pair: {**now, pair: nearest_step(said_by_others(now, pair))} for pair in now if pair not in changed}
        best = min(tries, key=lambda pair: paired_weights(tries[pair]).consistency)
        now = tries[best]
        changed[best] = now[best]
    return changed


def topsis(
    rows: Mapping[str, Mapping[str, float | None]], criteria: Sequence[Criterion], weights: Weights
) -> dict[str, Interval | None]:
    """Closeness to the ideal of each idea (Hwang & Yoon 1981; vector scaling), 0 to 1, by slug.

    A missing cell widens the idea's own score to what the worst and the best value known for that criterion would give.
    Criteria that tell no two ideas apart are left out (`criteria.weighed` says which); an idea that has none of the
    others gets None, and so does every idea when none is left.
    """
    shares = weighed(rows, weights.by_criterion).shares
    used = [c for c in criteria if c.measure in shares]
    known = {slug: row for slug, row in rows.items() if any(row.get(c.measure) is not None for c in used)}
    found: dict[str, Interval | None] = dict.fromkeys(rows)
    ends = {c.measure: _ends(rows, c) for c in used}
    for slug, row in known.items():
        lacking = any(row.get(c.measure) is None for c in used)
        scores = [_closeness(known, used, shares, ends, (slug, end)) for end in ((0, 1) if lacking else (0,))]
        found[slug] = Interval((min(scores) + max(scores)) / 2, min(scores), max(scores))
    return found


def _column(rows: Mapping[str, Mapping[str, float | None]], measure: str) -> list[float]:
    return [value for row in rows.values() if (value := row.get(measure)) is not None]


def _ends(rows: Mapping[str, Mapping[str, float | None]], criterion: Criterion) -> tuple[float, float]:
    """The worst and the best value that any idea has."""
    column = _column(rows, criterion.measure)
    return (min(column), max(column)) if criterion.higher_is_better else (max(column), min(column))


def _closeness(
    rows: Mapping[str, Mapping[str, float | None]],
    used: Sequence[Criterion],
    shares: Mapping[str, float],
    ends: Mapping[str, tuple[float, float]],
    asked: tuple[str, int],
) -> float:
    """The score of one idea with its missing cells at one end (0 worst, 1 best); others' stand half-way between."""
    import numpy as np
    from pymcdm.methods import TOPSIS
    from pymcdm.normalizations import vector_normalization

    slug, end = asked

    def cell(name: str, measure: str) -> float:
        value = rows[name].get(measure)
        if value is not None:
            return value
        return ends[measure][end] if name == slug else sum(ends[measure]) / 2

    matrix = np.asarray([[cell(name, c.measure) for c in used] for name in rows], dtype=float)
    signs = np.asarray([1 if c.higher_is_better else -1 for c in used])
    scores = TOPSIS(vector_normalization)(matrix, np.asarray([shares[c.measure] for c in used]), signs)
    return float(scores[list(rows).index(slug)])


def nine_box(attractiveness: Interval | None, feasibility: Interval | None) -> tuple[str, str] | None:
    """The box of the GE-McKinsey matrix, by thirds of 0 to 100; None while either is unknown."""
    if attractiveness is None or feasibility is None:
        return None
    return _third(attractiveness.value), _third(feasibility.value)


def _third(score: float) -> str:
    if not 0 <= score <= 100:
        raise InputError(N_("A score must be between 0 and 100, not {value}."), value=score)
    return BOXES[sum(score >= end for end in THIRDS)]
