"""What each point of accuracy costs: a run beside the smaller ones that were made of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.runs import get_run
from db.session import in_transaction
from db.shapes import RunRow
from db.views import compressed_family
from engine.costs.serving import CurvePoint, best_point
from engine.entrypoints.actions.costs import ServingCost, cost_per_1k
from engine.entrypoints.home import run_folder
from engine.errors import ProspectusError
from engine.evaluation.compression import Fitness, Saved, all_against_source, fitness, saved
from engine.evaluation.paired import Paired
from engine.interval import Interval

SIZE, P50, P95, COST = "size.artifact_mb", "latency.p50_ms", "latency.p95_ms", "cost.per_1k_requests_usd"
FIGURES = (SIZE, P50, P95, COST)
"""Measures that a smaller model may save in; less is better."""


@dataclass(frozen=True, slots=True)
class Member:
    """A run of the family with what it needs, by measure key; a figure that was not measured is left out."""

    row: RunRow
    needs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Smaller(Member):
    """A run made of the source."""

    accuracy: Paired
    """It minus the source, on the rows that both answered."""
    fitness: Fitness
    beside: Mapping[str, float]
    """What the source needed in the same minutes, where this run was made of it and timed it again."""
    saved: Mapping[str, Saved]
    """This run's needs against those, else against what the source measured once; by measure key."""


@dataclass(frozen=True, slots=True)
class Family:
    """A finished run and everything that was made of it."""

    source: Member
    smaller: tuple[Smaller, ...]


def price_of_points(run_id: str, latency_limit_ms: float) -> Family:
    """The family of a run, whichever of them is named; costs at the highest rate within the latency limit.

    Raises UnknownName, StoredFileError when predictions are gone.
    """
    first, *others = in_transaction(lambda session: compressed_family(session, run_id))
    source = Member(first, _needs(first, latency_limit_ms))
    found = all_against_source([run_folder(row.id) for row in others], run_folder(first.id)) if others else []
    smaller = []
    for row, accuracy in zip(others, found, strict=True):
        needs = _needs(row, latency_limit_ms)
        beside = _beside(row, first.id, needs, latency_limit_ms)
        before = {**source.needs, **beside}
        both = [key for key in FIGURES if key in needs and key in before]
        gains = {key: saved(before[key], needs[key], accuracy) for key in both}
        smaller.append(Smaller(row, needs, accuracy, fitness(accuracy.difference, accuracy.n), beside, gains))
    return Family(source, tuple(smaller))


def _needs(row: RunRow, latency_limit_ms: float) -> dict[str, float]:
    cost: ServingCost | None
    try:
        cost = cost_per_1k(row.id, latency_limit_ms)
    except ProspectusError:
        cost = None  # the page of that run says why
    figures = {
        SIZE: row.artifact_mb,
        **{key: row.latency[key].value for key in (P50, P95) if key in row.latency},
        COST: cost.value if cost else None,
    }
    return {key: value for key, value in figures.items() if value is not None}


def _beside(row: RunRow, first: str, needs: Mapping[str, float], latency_limit_ms: float) -> dict[str, float]:
    """What the first model needed in the minutes in which this run was timed; nothing when that was not measured."""
    run = in_transaction(lambda session: get_run(session, row.id))
    facts = run.facts.get("source_serving")
    if run.source_run_id != first or not facts:
        return {}
    curve = [CurvePoint(int(c), Interval(rate, rate, rate), p95) for c, rate, p95 in facts["curve"]]
    point, own = best_point(curve, latency_limit_ms), _best_rate(row.id, latency_limit_ms)
    found = {P50: float(facts["p50_ms"]), P95: float(facts["p95_ms"])}
    if point is not None and own is not None and COST in needs:
        # The same device and hour: the cost of 1,000 requests goes with the inverse of the rate.
        found[COST] = needs[COST] * own / point.rate.value
    return found


def _best_rate(run_id: str, latency_limit_ms: float) -> float | None:
    try:
        return cost_per_1k(run_id, latency_limit_ms).rate_rps
    except ProspectusError:
        return None
