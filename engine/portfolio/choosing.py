"""Which ideas are worth most together where the months are forgotten: an upper bound on every plan.

Money, people times months, order and exclusion bind; an idea whose chain of needs cannot end in time is out. A choice
that then fits into the months as well is the best plan; one that does not is forbidden, with all that hold it, and the
next best is asked for. Hundreds of times smaller than the program over ideas and months.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.portfolio.allocate import Candidate, Limits

TOLERANCE = 1e-6
Row = tuple[dict[int, float], float]
"""Factors by column, and what they come to at most."""


class Choosing:
    """A knapsack over ideas, tightened by each choice that no schedule fits."""

    def __init__(self, candidates: "Sequence[Candidate]", limits: "Limits") -> None:
        self._ideas = candidates
        self._place = {idea.slug: place for place, idea in enumerate(candidates)}
        ends = _ends(candidates)
        self._most = [1.0 if ends[idea.slug] <= limits.months else 0.0 for idea in candidates]
        money = {place: sum(idea.monthly_usd) for place, idea in enumerate(candidates)}
        self._rows: list[Row] = [(money, limits.budget_usd + TOLERANCE)]
        if limits.people is not None:
            work = {place: idea.people * len(idea.monthly_usd) for place, idea in enumerate(candidates)}
            self._rows.append((work, (limits.people + TOLERANCE) * limits.months))
        for place, idea in enumerate(candidates):
            self._rows += [({place: 1.0, self._place[other]: -1.0}, 0.0) for other in idea.needs]
            self._rows += [({place: 1.0, self._place[other]: 1.0}, 1.0) for other in idea.excludes]

    def forbid(self, slugs: Collection[str]) -> None:
        """These do not all fit together."""
        self._rows.append(({self._place[slug]: 1.0 for slug in slugs}, len(slugs) - 1.0))

    def best(self, seconds: float) -> tuple[list[str] | None, bool]:
        """Slugs of the best choice, None where there is none; and whether that is proven."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        least = [1.0 if idea.must else 0.0 for idea in self._ideas]
        if any(low > high for low, high in zip(least, self._most, strict=True)):
            return None, True
        solved: Any = milp(
            [-idea.value_usd for idea in self._ideas],
            constraints=LinearConstraint(_matrix([row for row, _most in self._rows], len(self._ideas)), -np.inf,
                                         [most for _row, most in self._rows]),
            integrality=np.ones(len(self._ideas), dtype=np.int64),
            bounds=Bounds(least, self._most),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )  # fmt: skip
        if solved.status != 0:
            return None, bool(solved.status == 2)
        return [idea.slug for idea, taken in zip(self._ideas, solved.x, strict=True) if taken > 0.5], True


def _matrix(rows: Sequence[Mapping[int, float]], columns: int) -> Any:
    import numpy as np
    from scipy.sparse import csr_array

    data = [factor for row in rows for factor in row.values()]
    index = [column for row in rows for column in row]
    return csr_array((data, index, np.cumsum([0, *map(len, rows)])), shape=(len(rows), columns))


def _ends(candidates: "Sequence[Candidate]") -> dict[str, int]:
    """The earliest month at whose start each can have ended, after all that it needs."""
    from graphlib import TopologicalSorter

    by_slug = {idea.slug: idea for idea in candidates}
    found: dict[str, int] = {}
    for slug in TopologicalSorter({slug: idea.needs for slug, idea in by_slug.items()}).static_order():
        idea = by_slug[slug]
        found[slug] = len(idea.monthly_usd) + max((found[other] for other in idea.needs), default=0)
    return found
