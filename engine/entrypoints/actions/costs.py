"""Rates from the files, and what serving a run costs."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import costs
from db.base import now
from db.models import Product
from db.runs import get_run
from db.session import in_transaction
from engine.costs.rates import read_rates
from engine.costs.serving import UTILISATION, best_point, cost_per_1k_usd
from engine.entrypoints.actions.checks import checked_number
from engine.entrypoints.actions.figures import recompute_product
from engine.entrypoints.actions.money import rate_interval, serving_curve
from engine.errors import N_, StateError
from engine.evidence import Grade, weakest


@dataclass(frozen=True, slots=True)
class ServingCost:
    """Cost of 1,000 requests with its interval, and the point of the curve that it holds at."""

    value: float
    low: float
    high: float
    grade: Grade
    concurrency: int
    rate_rps: float
    p95_ms: float
    utilisation: float


def load_rates() -> int:
    """Append what is new in the rate files and compute again what rests on it; returns how many rates were new.

    Raises ConfigError with every fault of the files; the rates in force stay as they are then.
    """

    def work(session: Session) -> int:
        new = append_rates(session)
        if new:
            for product in session.scalars(select(Product)):
                recompute_product(session, product)
        return new

    return in_transaction(work)


def append_rates(session: Session) -> int:
    """Append what is new in the rate files; returns how many rates were new."""
    return costs.load_rates(session, [entry.as_dict() for entry in read_rates()])


def cost_per_1k(run_id: str, latency_limit_ms: float, utilisation: float = UTILISATION) -> ServingCost:
    """Cost of 1,000 requests to a run's model at the highest measured rate within the limit, at today's rate.

    Raises StateError saying why when there is none.
    """
    limit = checked_number(N_("The latency limit"), latency_limit_ms, above=0)

    def work(session: Session) -> ServingCost:
        run = get_run(session, run_id)
        curve = serving_curve(session, run_id)
        if not curve:
            raise StateError(N_("Run {run} has no serving curve."), run=run_id)
        point = best_point(curve, limit)
        if point is None:
            raise StateError(
                N_("Run {run} is too slow: at every measured rate p95 is above {limit} ms; the lowest is {lowest} ms."),
                run=run_id,
                limit=f"{limit:g}",
                lowest=f"{min(p.p95_ms for p in curve):.3g}",
            )
        rate = costs.rate_in_force(session, run.device, now().date())
        cost = cost_per_1k_usd(rate_interval(rate), point.rate, utilisation)
        grade: Grade = weakest(["measured", rate.grade])  # type: ignore[list-item]
        return ServingCost(*cost, grade, point.concurrency, point.rate.value, point.p95_ms, utilisation)

    return in_transaction(work)
