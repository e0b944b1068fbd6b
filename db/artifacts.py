"""Which models may be removed to keep within the size bound, and the mark that one was."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from db.base import now
from db.locks import hold
from db.models import Artifact, Experiment, MetricSummary, Product, Run

MODEL = "artifact"
"""Name of the artifact that is the model; figures and predictions are small and stay."""
USUAL_MEASURE = "quality.f1_macro"
"""By which runs without an idea are ranked."""
LOCK = "artifacts"


def complete_runs(session: Session) -> list[str]:
    """Complete runs, the one finished longest ago first: none of them needs its checkpoints any more."""
    query = select(Run.id).where(Run.state == "complete").order_by(Run.finished_at, Run.created_at, Run.id)
    return list(session.scalars(query))


def removable(session: Session) -> list[str]:
    """Complete runs whose model may go, the one finished longest ago first.

    What stays: the model an idea stands on, one that another run starts or started from, and the best of each
    experiment by validation.
    """
    query = select(Run.id).where(_may_go()).order_by(Run.finished_at, Run.created_at, Run.id)
    return list(session.scalars(query))


def mark_removed(session: Session, run_id: str) -> datetime | None:
    """Say that a run's model is gone, before it is; None when it has to stay after all.

    Whoever adopts a run or starts another one from it holds the same lock: the model they saw stays.
    """
    hold(session, LOCK)
    if session.scalars(select(Run.id).where(Run.id == run_id, _may_go())).first() is None:
        return None
    artifact = session.get_one(Artifact, (run_id, MODEL))
    artifact.removed_at = now()
    session.flush()
    return artifact.removed_at


def marked(session: Session) -> Sequence[tuple[str, datetime]]:
    """Runs whose model is gone, or will be when a worker that was killed is replaced; with the moment."""
    query = select(Artifact.run_id, Artifact.removed_at).where(Artifact.name == MODEL, Artifact.removed_at.is_not(None))
    return [(run_id, moment) for run_id, moment in session.execute(query) if moment is not None]


def removed_at(session: Session, run_id: str) -> datetime | None:
    """When the run's model was removed; None while it is there, or when it never had one."""
    hold(session, LOCK)
    artifact = session.get(Artifact, (run_id, MODEL))
    return artifact.removed_at if artifact else None


def _may_go() -> ColumnElement[bool]:
    child = aliased(Run)
    return and_(
        Run.state == "complete",
        exists(select(Artifact.run_id).where(Artifact.run_id == Run.id, _there())).correlate(Run),
        ~exists(select(Product.id).where(Product.adopted_run_id == Run.id)).correlate(Run),
        ~exists(select(child.id).where(child.source_run_id == Run.id)).correlate(Run),
        Run.id.not_in(_best()),
    )


def _there() -> ColumnElement[bool]:
    return and_(Artifact.name == MODEL, Artifact.removed_at.is_(None))


def _best() -> Select[str]:
    """The best run of each experiment among those whose model is there."""
    sign = case((Product.bar_direction == "lower", 1.0), else_=-1.0)
    place = func.row_number().over(
        partition_by=Run.experiment_id, order_by=(MetricSummary.value * sign, Run.created_at, Run.id)
    )
    ranked = (
        select(Run.id.label("run"), place.label("place"))
        .join(Experiment, Experiment.id == Run.experiment_id)
        .outerjoin(Product, Product.id == Experiment.product_id)
        .join(MetricSummary, MetricSummary.run_id == Run.id)
        .join(Artifact, and_(Artifact.run_id == Run.id, _there()))
        .where(
            Run.state == "complete",
            MetricSummary.split == "validation",
            MetricSummary.name == func.coalesce(Product.bar_measure, USUAL_MEASURE),
        )
        .subquery()
    )
    return select(ranked.c.run).where(ranked.c.place == 1)
