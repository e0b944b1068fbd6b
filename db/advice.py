"""Advice that was given before training, what runs have reached, and how often the first choice won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, MetricSummary, RouteAdvice, Run

MEASURE = "quality.accuracy"
NEWEST = 300


@dataclass(frozen=True, slots=True)
class Reached:
    """What a complete run reached on validation."""

    run_id: str
    dataset_id: int
    recipe: str
    model: str
    rows: int
    score: float
    naive: float | None
    epochs: float | None = None
    """As asked for; None where there are none, 0 where a number of steps ends it earlier."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of advice and what came of it."""

    dataset: str
    first: str
    """Recipe of the first choice."""
    best: str
    """Recipe of the best run on the data since."""


def reached(session: Session, task: str) -> list[Reached]:
    """The newest complete runs of a task with their accuracy on validation."""
    query = (
        select(Run, Experiment.dataset_id, Dataset.rows_train, MetricSummary.value, MetricSummary.baseline)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Dataset, Dataset.id == Experiment.dataset_id)
        .join(MetricSummary, MetricSummary.run_id == Run.id)
        .where(
            Experiment.task == task,
            Run.state == "complete",
            Run.source_run_id.is_(None),
            MetricSummary.split == "validation",
            MetricSummary.name == MEASURE,
        )
        .order_by(Run.finished_at.desc())
        .limit(NEWEST)
    )
    return [
        Reached(
            run.id,
            int(dataset or 0),
            run.recipe,
            str(run.config.get("model", "")),
            int(run.facts.get("train_rows") or rows),
            value,
            naive,
            0.0 if run.config.get("max_steps") else run.config.get("epochs"),
        )
        for run, dataset, rows, value, naive in session.execute(query)
    ]


def keep_advice(
    session: Session, dataset_id: int, task: str, wishes: Mapping[str, Any], ranked: Sequence[Mapping[str, Any]]
) -> bool:
    """Keep advice that was given before anything had finished on the data; later advice knows the outcome."""
    known = select(func.count()).select_from(RouteAdvice).where(RouteAdvice.dataset_id == dataset_id)
    finished = (
        select(func.count())
        .select_from(Run)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Experiment.dataset_id == dataset_id, Run.state == "complete")
    )
    if not ranked or session.scalar(known.where(RouteAdvice.task == task)) or session.scalar(finished):
        return False
    session.add(
        RouteAdvice(dataset_id=dataset_id, task=task, wishes=dict(wishes), ranked=[dict(one) for one in ranked])
    )
    return True


def outcomes(session: Session) -> list[Kept]:
    """Advice on data on which at least two ways have been tried since, with the way that won by validation."""
    found = []
    for row, name in session.execute(
        select(RouteAdvice, Dataset.name).join(Dataset, Dataset.id == RouteAdvice.dataset_id).order_by(RouteAdvice.id)
    ):
        tried = [one for one in reached(session, row.task) if one.dataset_id == row.dataset_id]
        if len({one.recipe for one in tried}) >= 2:
            best = max(tried, key=lambda one: one.score)
            found.append(Kept(name, str(row.ranked[0]["recipe"]), best.recipe))
    return found
