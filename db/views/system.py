"""Whether anything will take the queue."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import now
from db.models import Run, Worker
from db.shapes import SystemState

ALIVE_SECONDS = 15.0
"""A worker silent for longer counts as gone."""


def system_state(session: Session) -> SystemState:
    """Living workers, waiting runs and running ones."""
    queued = session.scalar(select(func.count()).select_from(Run).where(Run.state == "queued"))
    running = select(Run.id, Run.heartbeat_at).where(Run.state == "running").order_by(Run.started_at, Run.id)
    live = session.execute(running).all()
    latest = now() - timedelta(seconds=ALIVE_SECONDS)
    return SystemState(
        workers_alive=workers_alive(session),
        queued=queued or 0,
        running=tuple(run_id for run_id, _at in live),
        silent=tuple(run_id for run_id, at in live if at is not None and at < latest),
    )


def workers_alive(session: Session, of_host: str = "") -> int:
    """Workers that gave a sign of life lately; with `of_host` those of one machine."""
    latest = now() - timedelta(seconds=ALIVE_SECONDS)
    query = select(func.count()).select_from(Worker).where(Worker.heartbeat_at >= latest)
    if of_host:
        query = query.where(Worker.name.startswith(f"{of_host}-", autoescape=True))
    return session.scalar(query) or 0
