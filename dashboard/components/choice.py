"""Which run is best for its cost: the cheapest to serve among those that the data cannot tell from the best."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.board import Placed
from dashboard.components.compare import difference
from dashboard.components.text import plain
from dashboard.i18n import _, translate
from engine.errors import ProspectusError

if TYPE_CHECKING:
    from dashboard.store import RunRow
    from engine.entrypoints.actions import Comparison
    from engine.evaluation.paired import Paired

Compare = Callable[[tuple[str, ...]], "Comparison"]
Cost = Callable[[str], float | None]
CHEAPER = 0.9
"""An equal run must cost less than this share of the best one's cost to be preferred."""
TESTED = 21
"""Runs tested against another, best first; beyond them the board says so with a dash."""
AT_ONCE = 9


def place_runs(rows: Sequence["RunRow"], measure: str, compare: Compare, cost: Cost) -> list[Placed]:
    """The rows, best first, each tested against the run that is best for its cost (the reference)."""
    if not rows:
        return []
    costs = {row.id: cost(row.id) for row in rows}
    leader = rows[0].id
    against_leader = _tested(leader, [row.id for row in rows[1 : TESTED + 1]], compare)
    equals = [leader, *(run for run, paired in against_leader.items() if paired.verdict == "no_difference")]
    reference = _cheapest(equals, costs)
    paired = against_leader
    if reference != leader:
        paired = _tested(reference, [row.id for row in rows[: TESTED + 1] if row.id != reference], compare)
    return [
        Placed(row, row.validation[measure], paired.get(row.id), row.id == reference, costs[row.id]) for row in rows
    ]


def untested(rows: Sequence["RunRow"], measure: str, cost: Cost) -> list[Placed]:
    """Rows of a later page of a long board, as they are."""
    return [Placed(row, row.validation[measure], None, False, cost(row.id)) for row in rows]


def best_sentence(placed: Sequence[Placed], measure: str) -> str:
    """The page's answer. Markdown."""
    if not placed:
        return _("Nothing is finished yet: the first run sets the mark.")
    winner = next(one for one in placed if one.reference)
    name = f"**{plain(winner.row.label)}**"
    value = formats.value(measure, winner.score.value, winner.score.low, winner.score.high)
    if len(placed) == 1:
        said = _("is the only finished run: {value} ({interval}). A second recipe would show what that is worth.")
        interval = formats.interval(measure, winner.score.low, winner.score.high)
        return f"{name} {plain(said.format(value=value, interval=interval))}"
    if winner is placed[0]:
        return f"{name} {plain(_leads(placed, value))}"
    return f"{name}: {plain(_costs_less(winner, placed[0]))}"


def _cheapest(equals: Sequence[str], costs: Mapping[str, float | None]) -> str:
    """The cheapest of runs that the data cannot tell apart, when it is clearly cheaper than the best; else the best."""
    known = {run: cost for run in equals if (cost := costs[run]) is not None}
    cheapest = min(known, key=known.__getitem__, default=equals[0])
    best = costs[equals[0]]
    return cheapest if known and (best is None or known[cheapest] < CHEAPER * best) else equals[0]


def _leads(placed: Sequence[Placed], value: str) -> str:
    second = placed[1]
    if second.paired is None:
        return translate("leads with {value}.", value=value)
    if second.paired.verdict == "no_difference":
        return translate(
            "leads with {value}; {other} shows no difference that the data can tell, and is not cheaper to serve.",
            value=value,
            other=second.row.label,
        )
    return translate(
        "leads with {value}; the next, {other}, is worse: {difference}.",
        value=value,
        other=second.row.label,
        difference=difference(second.paired),
    )


def _costs_less(winner: Placed, leader: Placed) -> str:
    paired = leader.paired
    said = translate(
        "no difference from {leader} that the data can show ({points}, {low} to {high}).",
        leader=leader.row.label,
        points=formats.points(-paired.difference, paired.low, paired.high) if paired else "",
        low=formats.number(-100 * paired.high, 1, signed=True) if paired else "",
        high=formats.number(-100 * paired.low, 1, signed=True) if paired else "",
    )
    if winner.per_1k_usd is None or leader.per_1k_usd is None:
        return said
    more = translate(
        "It serves 1,000 requests for {cheap} instead of {dear}.",
        cheap=formats.money(winner.per_1k_usd),
        dear=formats.money(leader.per_1k_usd),
    )
    return f"{said} {more}"


def _tested(reference: str, others: Sequence[str], compare: Compare) -> "dict[str, Paired]":
    """Each run minus the reference, corrected for all that were tested; one that cannot be read is left out."""
    from engine.evaluation.paired import corrected

    found: dict[str, Paired] = {}
    for start in range(0, len(others), AT_ONCE):
        some = others[start : start + AT_ONCE]
        try:
            compared = compare((reference, *some)).runs
        except ProspectusError:
            continue
        found |= {one.row.id: one.against_first for one in compared if one.against_first is not None}
    return dict(zip(found, corrected(list(found.values())), strict=True))
