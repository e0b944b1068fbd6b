"""Runs as lists, leaderboards and one at a time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Select, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from db.artifacts import MODEL
from db.models import Artifact, CostEntry, Experiment, MetricSummary, Product, Run, RunNote
from db.runs import get_run
from db.segments import read_series
from db.shapes import RunDetail, RunRow
from db.views.rows import prepare, read_prepared, read_rows, scores_of, selected
from engine.evidence import measure as known_measure

NOTES_SHOWN = 500


def leaderboard(
    session: Session,
    *,
    product_id: int | None = None,
    dataset_id: int | None = None,
    measure: str,
    limit: int = 50,
    offset: int = 0,
) -> list[RunRow]:
    """Complete runs, best first by `measure` on validation. Raises UnknownName for an unknown measure."""
    experiments = _experiments(session, product_id, dataset_id)
    return read_prepared(session, _board(session.get_bind().dialect, experiments, measure, limit, offset))


def _experiments(session: Session, product_id: int | None, dataset_id: int | None) -> tuple[int, ...] | None:
    """Ids of the experiments of this idea and data set, None for all: an idea has few."""
    wanted = {"product_id": product_id, "dataset_id": dataset_id}
    named = {name: value for name, value in wanted.items() if value is not None}
    return tuple(session.scalars(_ids_of_experiments(*named), named)) if named else None


@lru_cache
def _ids_of_experiments(*columns: str) -> Select[int]:
    """Ids of the experiments whose columns have the values that are bound to their names."""
    table = Experiment.__table__.c
    return select(table.id).where(*(table[name] == bindparam(name) for name in columns)).order_by(table.id)


@lru_cache(maxsize=256)
def _board(dialect: Dialect, experiments: tuple[int, ...] | None, measure: str, limit: int, offset: int) -> str:
    """The rows of a leaderboard's page in their order."""
    page = leaderboard_query(experiments=experiments, measure=measure, limit=limit, offset=offset)
    found = page.subquery()
    rows = selected().join(found, found.c.run_id == Run.id).order_by(*_best_first(found.c, measure))
    return prepare(dialect, rows)


def _best_first(columns: Any, measure: str) -> tuple[Any, ...]:
    best = (columns.value, columns.run_id)
    return best if known_measure(measure).direction == "lower" else tuple(column.desc() for column in best)


def rows_of(session: Session, run_ids: Sequence[str]) -> list[RunRow]:
    """These runs in this order; raises UnknownName for one that is not there."""
    by_id = {row.id: row for row in read_rows(session, selected().where(Run.id.in_(run_ids)))}
    for run_id in run_ids:
        if run_id not in by_id:
            get_run(session, run_id)
    return [by_id[run_id] for run_id in run_ids]


def leaderboard_query(
    *, experiments: Sequence[int] | None, measure: str, limit: int, offset: int
) -> Select[str, float]:
    """Ids and values of a leaderboard's page, walked in the order of the summaries' index.

    Whether its run is complete is asked of each summary in turn (EXISTS): joined, SQLite would rather sort all runs.
    The page's size is written out: where it is a value, PostgreSQL thinks of a tenth of all rows and plans each time.
    """
    complete = select(Run.id).where(Run.id == MetricSummary.run_id, Run.state == "complete")
    of_these = () if experiments is None else (MetricSummary.experiment_id.in_(experiments),)
    return (
        select(MetricSummary.run_id, MetricSummary.value)
        .where(*of_these, MetricSummary.split == "validation", MetricSummary.name == measure)
        .where(complete.correlate(MetricSummary).exists())
        .order_by(*_best_first(MetricSummary, measure))
        .limit(literal_column(str(int(limit))))
        .offset(literal_column(str(int(offset))))
    )


def runs(
    session: Session,
    states: Sequence[str] = (),
    limit: int = 100,
    offset: int = 0,
    product_id: int | None = None,
    *,
    kind: str | None = None,
) -> list[RunRow]:
    """Runs in these states (in any, when none is named), newest first; the queue in the order it will be taken."""
    query = selected().limit(limit).offset(offset)
    if states:
        query = query.where(Run.state.in_(list(states)))
    if kind is not None:
        query = query.where(Run.kind == kind)
    if product_id is not None:
        query = query.where(Experiment.product_id == product_id)
    if set(states) == {"queued"}:
        query = query.order_by(Run.priority, Run.queued_at, Run.id)
    else:
        query = query.order_by(Run.created_at.desc(), Run.id.desc())
    return read_rows(session, query)


def running(session: Session) -> list[RunRow]:
    """Runs that a worker holds now, the longest first."""
    return read_rows(session, selected().where(Run.state == "running").order_by(Run.started_at, Run.id))


def run_detail(session: Session, run_id: str) -> RunDetail:
    """One run, whole; its test figures only when they were shown before. Raises UnknownName."""
    run = get_run(session, run_id)
    (row,) = read_rows(session, selected().where(Run.id == run_id))
    experiment = session.get_one(Experiment, run.experiment_id)
    product = session.get(Product, experiment.product_id) if experiment.product_id is not None else None
    model = session.get(Artifact, (run_id, MODEL))
    return RunDetail(
        row=row,
        task=experiment.task,
        config=run.config,
        seed=run.seed,
        device=run.device,
        facts=run.facts,
        series=_series(session, run_id),
        notes=_notes(session, run_id),
        test=scores_of(session, [run_id], ("test",))[run_id]["test"] if run.test_seen_at else None,
        checkpoint_step=run.checkpoint_step,
        queue_position=_queue_position(session, run) if run.state == "queued" else None,
        phases=_phases(session, run_id),
        latency_limit_ms=product.latency_limit_ms if product else None,
        removed_at=model.removed_at if model else None,
    )


def _series(session: Session, run_id: str) -> dict[str, tuple[tuple[int, float], ...]]:
    series = read_series(session, [run_id])[run_id]
    return {name: tuple((step, value) for step, (value, _at) in points.items()) for name, points in series.items()}


def _notes(session: Session, run_id: str) -> tuple[tuple[datetime, str, Mapping[str, Any]], ...]:
    """The newest lines of the log, oldest first."""
    query = select(RunNote).where(RunNote.run_id == run_id).order_by(RunNote.id.desc()).limit(NOTES_SHOWN)
    newest = [(datetime.fromtimestamp(n.at, UTC), n.template, n.values) for n in session.scalars(query)]
    return tuple(reversed(newest))


def _queue_position(session: Session, run: Run) -> int:
    """1 for the run that is taken next on its device."""
    earlier = or_(
        Run.priority < run.priority,
        and_(Run.priority == run.priority, Run.queued_at < run.queued_at),
        and_(Run.priority == run.priority, Run.queued_at == run.queued_at, Run.id < run.id),
    )
    ahead = session.scalar(
        select(func.count()).select_from(Run).where(Run.state == "queued", Run.device == run.device, earlier)
    )
    return 1 + (ahead or 0)


def _phases(session: Session, run_id: str) -> dict[str, float]:
    query = (
        select(CostEntry.phase, func.sum(CostEntry.seconds))
        .where(CostEntry.run_id == run_id, CostEntry.category == "training")
        .group_by(CostEntry.phase)
        .order_by(func.min(CostEntry.id))
    )
    return dict(session.execute(query).all())
