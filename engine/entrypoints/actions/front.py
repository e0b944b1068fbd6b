"""Which runs nothing beats on quality, cost and latency at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.base import now
from db.costs import rate_in_force
from db.runs import get_run
from db.session import in_transaction
from db.shapes import RunRow
from db.views.runs import rows_of
from engine.costs.serving import best_point, cost_per_1k_usd
from engine.entrypoints.actions.checks import checked_number
from engine.entrypoints.actions.compare import MOST, check_measure, check_runs
from engine.entrypoints.actions.money import rate_interval, serving_curve
from engine.entrypoints.home import run_folder
from engine.errors import N_, InputError
from engine.interval import Interval

if TYPE_CHECKING:
    from engine.evaluation.pareto import Standing

P95 = "latency.p95_ms"


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run and where it stands; None for one whose cost within the limit or whose latency is not known."""

    row: RunRow
    standing: "Standing | None"


def place_on_front(run_ids: Sequence[str], measure: str, latency_limit_ms: float) -> tuple[PlacedRun, ...]:
    """Place 2 to 10 complete runs on one data set by validation quality, cost per 1,000 requests and p95.

    Cost varies with the measured rate of requests only: the price of an hour is the same for all runs on a device and
    decides nothing between them. Raises as `compare_runs` does.
    """
    from engine.evaluation.paired import all_on_common_rows
    from engine.evaluation.pareto import pareto_front
    from engine.evaluation.stored import read_predictions

    ids = list(dict.fromkeys(run_ids))
    limit = checked_number(N_("The latency limit"), latency_limit_ms, above=0)
    check_measure(measure)
    if not 2 <= len(ids) <= MOST:
        raise InputError(N_("Choose 2 to {most} different runs, not {count}."), most=MOST, count=len(ids))
    rows, costs = in_transaction(lambda session: _read(session, ids, limit))
    check_runs(rows, "validation")
    known = [row for row in rows if costs[row.id] is not None and P95 in row.latency]
    if not known:
        return tuple(PlacedRun(row, None) for row in rows)
    answers = all_on_common_rows([read_predictions(run_folder(row.id), "validation", row.id) for row in known])
    latencies = [Interval(*(getattr(row.latency[P95], end) for end in ("value", "low", "high"))) for row in known]
    found = pareto_front(answers, [c for row in known if (c := costs[row.id])], latencies, measure)
    standing = {row.id: one for row, one in zip(known, found, strict=True)}
    return tuple(PlacedRun(row, standing.get(row.id)) for row in rows)


def _read(session: Session, ids: Sequence[str], limit: float) -> tuple[list[RunRow], dict[str, Interval | None]]:
    return rows_of(session, ids), {run_id: _cost(session, run_id, limit) for run_id in ids}


def _cost(session: Session, run_id: str, limit: float) -> Interval | None:
    """Cost of 1,000 requests at the rate in force, its ends from the measured rate of requests alone."""
    point = best_point(serving_curve(session, run_id), limit)
    if point is None:
        return None
    hour = rate_interval(rate_in_force(session, get_run(session, run_id).device, now().date())).value
    return cost_per_1k_usd(Interval(hour, hour, hour), point.rate)
