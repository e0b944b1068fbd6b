"""How long a run should take, from runs of its kind that this installation has finished."""

import statistics
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, Run

NEWEST = 40
"""Finished runs that are looked at, the newest: machines and programs change."""


def expected_seconds(
    session: Session, *, recipe: str, task: str, device: str, dataset_id: int, config: Mapping[str, Any]
) -> float | None:
    """The median seconds per training row of finished runs of this recipe, task and device, times the rows.

    Runs with the very same settings speak alone when there are any. None when none has finished. Seconds of
    all attempts count: work that had to be done again was part of what it took.
    """
    query = (
        select(Run.seconds, Run.config, Dataset.rows_train)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Dataset, Dataset.id == Experiment.dataset_id)
        .where(Run.recipe == recipe, Run.state == "complete", Run.device == device, Experiment.task == task)
        .order_by(Run.finished_at.desc())
        .limit(NEWEST)
    )
    paces = [(row.seconds / row.rows_train, row.config == dict(config)) for row in session.execute(query)]
    same = [pace for pace, alike in paces if alike]
    if not paces:
        return None
    pace: float = statistics.median(same or [pace for pace, _alike in paces])
    return pace * session.get_one(Dataset, dataset_id).rows_train


def expected_routine_seconds(session: Session, *, routine: str, device: str, config: Mapping[str, Any]) -> float | None:
    """The median seconds of finished runs of a routine; of those with the very same settings where there are any."""
    query = (
        select(Run.seconds, Run.config)
        .where(Run.kind == "routine", Run.recipe == routine, Run.state == "complete", Run.device == device)
        .order_by(Run.finished_at.desc())
        .limit(NEWEST)
    )
    found = [(row.seconds, row.config == dict(config)) for row in session.execute(query)]
    same = [seconds for seconds, alike in found if alike]
    return statistics.median(same or [seconds for seconds, _alike in found]) if found else None
