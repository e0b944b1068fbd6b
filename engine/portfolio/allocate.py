"""Where the budget goes: which ideas start in which month, under money, people and dependencies, to proven optimality.

A mixed-integer linear program, solved by HiGHS through `scipy.optimize.milp`. Knows no uncertainty: values are
risk-adjusted before they come here.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.errors import N_, ConfigError, InputError, ProspectusError
from engine.portfolio.choosing import TOLERANCE, Choosing

LONGEST_MONTHS = 60
SECONDS = 10.0
TRIES, EARLY_SECONDS = 60, 1.0
EARLIER = 1e-6
"""Share that a month of waiting costs in the search alone, so that of equal plans the earlier one is found."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One idea that money could be spent on."""

    slug: str
    value_usd: float
    """What it is worth when it starts in the first month, after its own cost."""
    monthly_usd: tuple[float, ...]
    """What it needs in each month from its start on."""
    people: float = 0.0
    """People whom it occupies while it needs money."""
    needs: tuple[str, ...] = ()
    """Ideas that must have ended before it starts."""
    excludes: tuple[str, ...] = ()
    """Ideas that it stands in place of."""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is started when."""

    start_month: Mapping[str, int]
    """By slug, from 0; ideas that are not built are absent."""
    value_usd: float
    spent_usd: float
    proven: bool
    """Whether no plan is better; False when the time ran out."""
    gap: float
    """How much better another plan could be at most, as a share."""
    spent_by_month_usd: tuple[float, ...] = field(default=())
    people_by_month: tuple[float, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan has to keep to."""

    budget_usd: float
    months: int
    """An idea has to end within them."""
    people: float | None = None
    """How many work at the same time at most; None for no limit."""
    monthly_discount: float = 0.0
    """Starting a month later is worth this share less."""
    seconds: float = SECONDS
    """After which the best plan found so far is taken, and said not to be proven."""


def allocate(candidates: Sequence[Candidate], limits: Limits) -> Plan:
    """The plan of the highest value within the limits.

    Raises ConfigError with every fault, and ProspectusError when what must be built fits into no plan.
    """
    _check(candidates, limits)
    program = _Program(candidates, limits)
    chosen, proven, gap = _best(program, candidates, limits, early=True)
    if chosen is None:
        raise _no_plan(candidates, limits)
    return program.plan(chosen, proven, gap)


def frontier(
    candidates: Sequence[Candidate], budgets_usd: Sequence[float], limits: Limits
) -> list[tuple[float, Plan | None]]:
    """The best plan at each budget, None where what must be built does not fit: the efficient frontier."""
    found: list[tuple[float, Plan | None]] = []
    for budget in budgets_usd:
        at_most = replace(limits, budget_usd=budget)
        _check(candidates, at_most)
        program = _Program(candidates, at_most)
        chosen, proven, gap = _best(program, candidates, at_most, early=False)
        found.append((budget, None if chosen is None else program.plan(chosen, proven, gap)))
    return found


Start = tuple[int, int]
"""Place of an idea, and the month in which it starts."""
Best = tuple[list[Start] | None, bool, float]


def _best(program: "_Program", candidates: Sequence[Candidate], limits: Limits, *, early: bool) -> Best:
    """The starts of the best plan (None when there is none), whether it is proven, and the gap left.

    Where waiting costs nothing and people are scarce, what is built is chosen first and then fitted into the months;
    where that takes too long, all at once as otherwise.
    """
    if limits.people is not None and limits.monthly_discount == 0:
        found = _chosen_first(candidates, limits, early=early)
        if found is not None:
            return found
    return program.solve()


def _chosen_first(candidates: Sequence[Candidate], limits: Limits, *, early: bool) -> Best | None:
    """None when no choice was found to fit in time."""
    choosing, until = Choosing(candidates, limits), time.monotonic() + limits.seconds / 2
    places = {idea.slug: place for place, idea in enumerate(candidates)}
    by_slug = {idea.slug: idea for idea in candidates}
    for _try in range(TRIES):
        left = until - time.monotonic()
        if left <= 0:
            return None
        slugs, sure = choosing.best(left)
        if slugs is None:
            return (None, True, 0.0) if sure else None
        part = [replace(by_slug[slug], excludes=(), must=True) for slug in slugs]
        fitted, sure = _Program(part, limits).fit(max(until - time.monotonic(), 0.1), early=early)
        if fitted is not None:
            return [(places[slugs[i]], month) for i, month in fitted], True, 0.0
        if not sure:
            return None
        choosing.forbid(slugs)
    return None


class _Program:
    """The linear program: one binary column for each idea and month in which it may start."""

    def __init__(self, candidates: Sequence[Candidate], limits: Limits) -> None:
        self._ideas = candidates
        self._limits = limits
        self._starts = [
            (i, t) for i, idea in enumerate(candidates) for t in range(limits.months - len(idea.monthly_usd) + 1)
        ]
        self._columns: dict[str, list[int]] = {idea.slug: [] for idea in candidates}
        for column, (i, _t) in enumerate(self._starts):
            self._columns[candidates[i].slug].append(column)
        self._rows: list[dict[int, float]] = []
        self._bounds: list[tuple[float, float]] = []
        for idea in candidates:
            self._at_most_once(idea)
            self._in_order(idea)
        self._within_budget()
        if limits.people is not None:
            self._within_people(limits.people)

    def _add(self, row: dict[int, float], least: float, most: float) -> None:
        if row or least > 0:
            self._rows.append(row)
            self._bounds.append((least, most))

    def _at_most_once(self, idea: Candidate) -> None:
        own = self._columns[idea.slug]
        self._add(dict.fromkeys(own, 1.0), 1.0 if idea.must else 0.0, 1.0)
        for other in idea.excludes:
            self._add(dict.fromkeys([*own, *self._columns[other]], 1.0), 0.0, 1.0)

    def _in_order(self, idea: Candidate) -> None:
        """By any month an idea has started only if each one that it needs had ended."""
        length = {other.slug: len(other.monthly_usd) for other in self._ideas}
        for other in idea.needs:
            for month in range(self._limits.months):
                row = {column: 1.0 for column in self._columns[idea.slug] if self._starts[column][1] <= month}
                for column in self._columns[other]:
                    if self._starts[column][1] + length[other] <= month:
                        row[column] = -1.0
                self._add(row, -float("inf"), 0.0)

    def _within_budget(self) -> None:
        cost = {column: sum(self._ideas[i].monthly_usd) for column, (i, _t) in enumerate(self._starts)}
        self._add(cost, 0.0, self._limits.budget_usd + TOLERANCE)

    def _within_people(self, people: float) -> None:
        for month in range(self._limits.months):
            row = {
                column: self._ideas[i].people
                for column, (i, t) in enumerate(self._starts)
                if t <= month < t + len(self._ideas[i].monthly_usd)
            }
            self._add(row, 0.0, people + TOLERANCE)

    def _worth(self, start: Start) -> float:
        i, month = start
        return self._ideas[i].value_usd * (1 - self._limits.monthly_discount) ** month

    def solve(self) -> Best:
        """The starts of the best plan (None when there is none), whether it is proven, and the gap left."""
        if not self._starts:
            return (None if any(idea.must for idea in self._ideas) else []), True, 0.0
        worth = [-self._worth(start) * (1 - EARLIER * start[1]) for start in self._starts]
        solved = self._milp(worth, self._limits.seconds)
        if solved.x is None:
            return None, bool(solved.status == 2), 0.0
        return self._taken(solved.x), bool(solved.status == 0), float(solved.mip_gap or 0.0)

    def fit(self, seconds: float, *, early: bool) -> tuple[list[Start] | None, bool]:
        """Starts of ideas that all must be built, None where there are none; and whether that is sure.

        With `early` those worth more start earlier, as far as a second of search finds.
        """
        if not self._starts:
            return (None if self._ideas else []), True
        solved = self._milp([0.0] * len(self._starts), seconds)
        if solved.x is None:
            return None, bool(solved.status == 2)
        if early:
            waiting = [max(self._ideas[i].value_usd, 1.0) * month / 1e6 for i, month in self._starts]
            sooner = self._milp(waiting, EARLY_SECONDS)
            solved = sooner if sooner.x is not None else solved
        return self._taken(solved.x), True

    def _taken(self, x: Sequence[float]) -> list[Start]:
        return [start for start, taken in zip(self._starts, x, strict=True) if taken > 0.5]

    def _milp(self, cost: Sequence[float], seconds: float) -> Any:
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        data = [factor for row in self._rows for factor in row.values()]
        index = [column for row in self._rows for column in row]
        pointer = np.cumsum([0, *(len(row) for row in self._rows)])
        matrix = csr_array((data, index, pointer), shape=(len(self._rows), len(self._starts)))
        low, high = zip(*self._bounds, strict=True)
        return milp(
            list(cost),
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.ones(len(self._starts), dtype=np.int64),
            bounds=Bounds(0, 1),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )

    def plan(self, chosen: Sequence[tuple[int, int]], proven: bool, gap: float) -> Plan:
        """What the chosen starts mean month by month."""
        spent, busy = [0.0] * self._limits.months, [0.0] * self._limits.months
        for i, t in chosen:
            for offset, usd in enumerate(self._ideas[i].monthly_usd):
                spent[t + offset] += usd
                busy[t + offset] += self._ideas[i].people
        start_month = {self._ideas[i].slug: t for i, t in sorted(chosen, key=lambda start: start[1])}
        value = sum(map(self._worth, chosen))
        return Plan(start_month, value, sum(spent), proven, gap, tuple(spent), tuple(busy))


def _check(candidates: Sequence[Candidate], limits: Limits) -> None:
    faults = [*_limit_faults(limits), *_idea_faults(candidates)]
    faults += _circles({idea.slug: idea.needs for idea in candidates})
    if faults:
        raise ConfigError(tuple(faults))


def _limit_faults(limits: Limits) -> list[ProspectusError]:
    faults: list[ProspectusError] = []
    if not limits.budget_usd > 0:
        faults.append(InputError(N_("The budget must be above 0 USD, not {value}."), value=limits.budget_usd))
    if not 1 <= limits.months <= LONGEST_MONTHS:
        faults.append(InputError(N_("Plan 1 to {most} months, not {value}."), most=LONGEST_MONTHS, value=limits.months))
    if limits.people is not None and not limits.people >= 0:
        faults.append(InputError(N_("The number of people must not be negative: {value}."), value=limits.people))
    if not 0 <= limits.monthly_discount < 1:
        words = N_("The monthly discount must be from 0 to below 1, not {value}.")
        faults.append(InputError(words, value=limits.monthly_discount))
    return faults


def _idea_faults(candidates: Sequence[Candidate]) -> list[ProspectusError]:
    faults: list[ProspectusError] = []
    known = {idea.slug for idea in candidates}
    if len(known) < len(candidates):
        faults.append(InputError(N_("An idea is listed twice.")))
    for idea in candidates:
        if not idea.monthly_usd or any(not usd >= 0 for usd in idea.monthly_usd):
            faults.append(InputError(N_("{idea} needs at least one month, and no negative money."), idea=idea.slug))
        for other in (*idea.needs, *idea.excludes):
            if other not in known or other == idea.slug:
                words = N_("{idea} names {other}, which is no other idea here.")
                faults.append(InputError(words, idea=idea.slug, other=other))
    return faults


def _circles(needs: Mapping[str, Sequence[str]]) -> list[ProspectusError]:
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return [InputError(N_("Ideas wait for each other in a circle: {circle}."), circle=" → ".join(error.args[1]))]
    return []


def _no_plan(candidates: Sequence[Candidate], limits: Limits) -> ProspectusError:
    return ProspectusError(
        N_("No plan fits: {must} must be built, and {budget} USD, the people or the months do not allow it."),
        must=", ".join(idea.slug for idea in candidates if idea.must),
        budget=f"{limits.budget_usd:,.0f}",
        remedy=N_("Raise the budget, the people or the months, or let one of them go."),
    )
