"""Runs as lists, leaderboards and one at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from db.models import CostEntry, Dataset, Experiment, Metric, MetricSummary, Product, Run, RunNote
from db.money import to_usd
from db.runs import get_run
from db.shapes import RunDetail, RunRow, Score
from engine.evidence import measure as known_measure

SHOWN_SPLITS = ("validation", "serving")
NOTES_SHOWN = 500
SHORT_ID = 4


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
    page = leaderboard_query(product_id=product_id, dataset_id=dataset_id, measure=measure, limit=limit, offset=offset)
    return rows_of(session, session.scalars(page).all())


def rows_of(session: Session, run_ids: Sequence[str]) -> list[RunRow]:
    """These runs in this order; raises UnknownName for one that is not there."""
    by_id = {row.id: row for row in _rows(session, _selected().where(Run.id.in_(run_ids)))}
    for run_id in run_ids:
        if run_id not in by_id:
            get_run(session, run_id)
    return [by_id[run_id] for run_id in run_ids]


def leaderboard_query(
    *, product_id: int | None, dataset_id: int | None, measure: str, limit: int, offset: int
) -> Select[str]:
    """Ids of a leaderboard's page, walked in the order of the summaries' index."""
    lower = known_measure(measure).direction == "lower"
    columns = (MetricSummary.value, MetricSummary.run_id)
    query = (
        select(MetricSummary.run_id)
        .join(Run, Run.id == MetricSummary.run_id)
        .where(MetricSummary.split == "validation", MetricSummary.name == measure, Run.state == "complete")
        .order_by(*(columns if lower else (column.desc() for column in columns)))
        .limit(limit)
        .offset(offset)
    )
    if product_id is not None or dataset_id is not None:
        query = query.join(Experiment, Experiment.id == Run.experiment_id)
    if product_id is not None:
        query = query.where(Experiment.product_id == product_id)
    if dataset_id is not None:
        query = query.where(Experiment.dataset_id == dataset_id)
    return query


def runs(
    session: Session,
    states: Sequence[str] = (),
    limit: int = 100,
    offset: int = 0,
    product_id: int | None = None,
) -> list[RunRow]:
    """Runs in these states (in any, when none is named), newest first; the queue in the order it will be taken."""
    query = _selected().limit(limit).offset(offset)
    if states:
        query = query.where(Run.state.in_(list(states)))
    if product_id is not None:
        query = query.where(Experiment.product_id == product_id)
    if set(states) == {"queued"}:
        query = query.order_by(Run.priority, Run.queued_at, Run.id)
    else:
        query = query.order_by(Run.created_at.desc(), Run.id.desc())
    return _rows(session, query)


def running(session: Session) -> list[RunRow]:
    """Runs that a worker holds now, the longest first."""
    return _rows(session, _selected().where(Run.state == "running").order_by(Run.started_at, Run.id))


def run_detail(session: Session, run_id: str) -> RunDetail:
    """One run, whole; its test figures only when they were shown before. Raises UnknownName."""
    run = get_run(session, run_id)
    (row,) = _rows(session, _selected().where(Run.id == run_id))
    experiment = session.get_one(Experiment, run.experiment_id)
    product = session.get(Product, experiment.product_id) if experiment.product_id is not None else None
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
    )


def _selected() -> Any:
    adopted = exists(select(Product.id).where(Product.adopted_run_id == Run.id)).correlate(Run).label("adopted")
    return (
        select(
            Run,
            Experiment.product_id,
            Experiment.dataset_id,
            Product.name.label("product_name"),
            Product.slug.label("product_slug"),
            Dataset.name.label("dataset_name"),
            adopted,
        )
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Dataset, Dataset.id == Experiment.dataset_id)
        .outerjoin(Product, Product.id == Experiment.product_id)
    )


def _rows(session: Session, query: Any) -> list[RunRow]:
    """Two queries: the runs, and the summaries of all of them."""
    found = session.execute(query).all()
    scores = scores_of(session, [row.Run.id for row in found], SHOWN_SPLITS)
    return [_row(row, scores[row.Run.id]) for row in found]


def _row(found: Any, scores: Mapping[str, Mapping[str, Score]]) -> RunRow:
    run: Run = found.Run
    size = run.facts.get("artifact_bytes")
    return RunRow(
        id=run.id,
        label=f"{run.recipe}-{run.id[:SHORT_ID]}",
        recipe=run.recipe,
        state=run.state,
        experiment_id=run.experiment_id,
        product_id=found.product_id,
        product_name=found.product_name,
        product_slug=found.product_slug,
        dataset_id=found.dataset_id,
        dataset_name=found.dataset_name,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=run.seconds,
        cost_usd=to_usd(run.cost_nano),
        budget_usd=None if run.budget_nano is None else to_usd(run.budget_nano),
        progress=run.progress,
        progress_text=run.progress_text,
        left_seconds=run.left_seconds,
        validation=scores["validation"],
        latency=scores["serving"],
        artifact_mb=None if size is None else size / 1e6,
        peak_memory_mb=run.peak_memory_mb,
        stop_reason=run.stop_reason,
        error=run.error,
        attempt=run.attempt,
        adopted=found.adopted,
        test_seen=run.test_seen_at is not None,
    )


def scores_of(
    session: Session, run_ids: Sequence[str], splits: Sequence[str]
) -> dict[str, dict[str, dict[str, Score]]]:
    """{run: {split: {name: Score}}} of all these runs, read by primary key without the quantiles."""
    summary = MetricSummary
    found: dict[str, dict[str, dict[str, Score]]] = {run_id: {split: {} for split in splits} for run_id in run_ids}
    figures = (summary.value, summary.low, summary.high, summary.n, summary.baseline)
    query = select(summary.run_id, summary.split, summary.name, *figures).where(
        summary.run_id.in_(run_ids), summary.split.in_(splits)
    )
    for row in session.execute(query):
        found[row.run_id][row.split][row.name] = Score(row.value, row.low, row.high, row.n, row.baseline)
    return found


def _series(session: Session, run_id: str) -> dict[str, tuple[tuple[int, float], ...]]:
    points: dict[str, list[tuple[int, float]]] = defaultdict(list)
    query = (
        select(Metric.name, Metric.step, Metric.value).where(Metric.run_id == run_id).order_by(Metric.name, Metric.step)
    )
    for name, step, value in session.execute(query):
        points[name].append((step, value))
    return {name: tuple(series) for name, series in points.items()}


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
