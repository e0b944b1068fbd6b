"""Runs as rows of a list: two queries, however many there are, of plain columns and never of whole entities."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Float, cast, exists, select
from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, MetricSummary, Product, Run
from db.money import to_usd
from db.shapes import RunRow, Score

SHOWN_SPLITS = ("validation", "serving")
SHORT_ID = 4
Scores = dict[str, dict[str, dict[str, Score]]]
"""{run: {split: {name: Score}}}"""


def label_of(recipe: str, run_id: str) -> str:
    """How a run is called on screens, such as `lora-8f3a`."""
    return f"{recipe}-{run_id[:SHORT_ID]}"


def selected() -> Any:
    """The columns of a row, with no condition yet."""
    adopted = exists(select(Product.id).where(Product.adopted_run_id == Run.id)).correlate(Run).label("adopted")
    return (
        select(
            *_RUN_COLUMNS,
            cast(Run.facts["artifact_bytes"].as_float(), Float).label("artifact_bytes"),
            Experiment.product_id,
            Experiment.dataset_id,
            Product.name.label("product_name"),
            Product.slug.label("product_slug"),
            Dataset.name.label("dataset_name"),
            adopted,
        )
        .join(Experiment, Experiment.id == Run.experiment_id)
        .outerjoin(Dataset, Dataset.id == Experiment.dataset_id)
        .outerjoin(Product, Product.id == Experiment.product_id)
    )


_RUN_COLUMNS: tuple[Any, ...] = (
    Run.id,
    Run.kind,
    Run.recipe,
    Run.state,
    Run.experiment_id,
    Run.created_at,
    Run.started_at,
    Run.finished_at,
    Run.seconds,
    Run.cost_nano,
    Run.budget_nano,
    Run.progress,
    Run.progress_text,
    Run.left_seconds,
    Run.estimate_seconds,
    Run.priority,
    Run.peak_memory_mb,
    Run.stop_reason,
    Run.error,
    Run.attempt,
    Run.test_seen_at,
)


def read_rows(session: Session, query: Any) -> list[RunRow]:
    """The rows of a query made from `selected`."""
    found = session.execute(query).all()
    scores = scores_of(session, [row.id for row in found], SHOWN_SPLITS)
    return [_row(row, scores[row.id]) for row in found]


def scores_of(session: Session, run_ids: Sequence[str], splits: Sequence[str]) -> Scores:
    """Figures of all these runs, read by primary key without the quantiles."""
    summary = MetricSummary
    found: Scores = {run_id: {split: {} for split in splits} for run_id in run_ids}
    figures = (summary.value, summary.low, summary.high, summary.n, summary.baseline)
    which = (summary.run_id.in_(run_ids), summary.split.in_(splits))
    query = select(summary.run_id, summary.split, summary.name, *figures).where(*which)
    for run_id, split, name, value, low, high, n, baseline in session.execute(query):
        found[run_id][split][name] = Score(value, low, high, n, baseline)
    return found


def _row(found: Any, scores: Mapping[str, Mapping[str, Score]]) -> RunRow:
    size = found.artifact_bytes
    return RunRow(
        id=found.id,
        label=label_of(found.recipe, found.id),
        recipe=found.recipe,
        kind=found.kind,
        state=found.state,
        experiment_id=found.experiment_id,
        product_id=found.product_id,
        product_name=found.product_name,
        product_slug=found.product_slug,
        dataset_id=found.dataset_id,
        dataset_name=found.dataset_name,
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        seconds=found.seconds,
        cost_usd=to_usd(found.cost_nano),
        budget_usd=None if found.budget_nano is None else to_usd(found.budget_nano),
        progress=found.progress,
        progress_text=found.progress_text,
        left_seconds=found.left_seconds,
        estimate_seconds=found.estimate_seconds,
        priority=found.priority,
        validation=scores["validation"],
        latency=scores["serving"],
        artifact_mb=None if size is None else size / 1e6,
        peak_memory_mb=found.peak_memory_mb,
        stop_reason=found.stop_reason,
        error=found.error,
        attempt=found.attempt,
        adopted=found.adopted,
        test_seen=found.test_seen_at is not None,
    )
