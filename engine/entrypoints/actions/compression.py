"""What each point of accuracy costs: a run beside the smaller ones that were made of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.session import in_transaction
from db.shapes import RunRow
from db.views import compressed_family
from engine.entrypoints.actions.costs import ServingCost, cost_per_1k
from engine.entrypoints.home import run_folder
from engine.errors import ProspectusError
from engine.evaluation.compression import Fitness, Saved, all_against_source, fitness, saved
from engine.evaluation.paired import Paired

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
    saved: Mapping[str, Saved]
    """By measure key, where both runs have the figure."""


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
        both = [key for key in FIGURES if key in needs and key in source.needs]
        gains = {key: saved(source.needs[key], needs[key], accuracy) for key in both}
        smaller.append(Smaller(row, needs, accuracy, fitness(accuracy.difference, accuracy.n), gains))
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
