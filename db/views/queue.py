"""The queue in the order it will be taken, with the time until each run should start."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import now
from db.models import Run
from db.shapes import RunRow, Waiting
from db.views.rows import read_rows, selected
from db.views.system import workers_alive

LISTED = 200


def queue(session: Session) -> list[Waiting]:
    """Waiting runs. When one starts is unknown behind a run that says nothing of its end, and without a worker."""
    moment = now()
    living = session.scalars(select(Run).where(Run.state == "running"))
    free_in = {run.device: remaining(run, moment) for run in living} if workers_alive(session) else None
    query = selected().where(Run.state == "queued")
    rows = read_rows(session, query.order_by(Run.priority, Run.queued_at, Run.id).limit(LISTED))
    devices = dict(session.execute(select(Run.id, Run.device).where(Run.state == "queued")).all())
    return list(_placed(rows, devices, free_in))


def _placed(
    rows: Iterable[RunRow], devices: Mapping[str, str], free_in: dict[str, float | None] | None
) -> Iterator[Waiting]:
    for place, row in enumerate(rows, start=1):
        device = devices.get(row.id, "")
        starts_in = None if free_in is None else free_in.get(device, 0.0)
        yield Waiting(row, place, starts_in)
        if free_in is not None:
            left = None if row.estimate_seconds is None else row.estimate_seconds * (1.0 - row.progress)
            free_in[device] = None if starts_in is None or left is None else starts_in + left


def remaining(run: Run, moment: datetime) -> float | None:
    """Seconds that a running run still needs: what it says itself, else what is left of its estimate."""
    if run.left_seconds is not None:
        since = (moment - run.heartbeat_at).total_seconds() if run.heartbeat_at else 0.0
        return max(0.0, run.left_seconds - since)
    if run.estimate_seconds is None or run.started_at is None:
        return None
    left = run.estimate_seconds - (moment - run.started_at).total_seconds()
    return left if left > 0 else None
