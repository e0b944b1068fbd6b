"""Runs of routines: what they left, and whether it was taken in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Experiment, Run


def waiting_for_harvest(session: Session) -> Sequence[str]:
    """Complete runs of routines whose findings are in no table yet, oldest first."""
    query = select(Run.id).where(Run.kind == "routine", Run.state == "complete", Run.harvested_at.is_(None))
    return session.scalars(query.order_by(Run.finished_at, Run.id)).all()


def newest_of(session: Session, product_id: int, routine: str) -> Run | None:
    """The newest run of a routine for an idea, in whatever state; None when there is none."""
    query = select(Run).join(Experiment, Experiment.id == Run.experiment_id)
    mine = query.where(Experiment.product_id == product_id, Run.kind == "routine", Run.recipe == routine)
    return session.scalars(mine.order_by(Run.created_at.desc(), Run.id).limit(1)).first()


def newest_complete(session: Session, routine: str) -> tuple[str, datetime] | None:
    """Id and end of the newest complete run of a routine whose findings were taken in; None when there is none."""
    query = (
        select(Run.id, Run.finished_at)
        .where(Run.kind == "routine", Run.recipe == routine, Run.harvested_at.is_not(None))
        .order_by(Run.finished_at.desc(), Run.id)
        .limit(1)
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found and found[1] else None
