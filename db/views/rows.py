"""Runs as rows of a list: two queries, however many there are, of plain columns and never of whole entities."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Float, String, any_, bindparam, cast, exists, select
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
    found = _asked(session, query)
    names = tuple(found.keys())
    rows = [dict(zip(names, row, strict=True)) for row in found.all()]
    scores = scores_of(session, [row["id"] for row in rows], SHOWN_SPLITS)
    return [_row(row, scores[row["id"]]) for row in rows]


def _asked(session: Session, query: Any, **values: Any) -> Any:
    """Rows as the connection gives them: what a session does for each took longer than the query itself."""
    session.flush()
    return session.connection().execute(query, values)


@cache
def _scores(dialect: str) -> Any:
    """Figures of `run_ids` in `splits`, without the quantiles. PostgreSQL gets an array: one marker for each run took
    longer to write than the answer to come."""
    summary = MetricSummary
    which: Any = summary.run_id.in_(bindparam("run_ids", expanding=True))
    if dialect == "postgresql":
        which = summary.run_id == any_(bindparam("run_ids", type_=ARRAY(String)))
    return select(
        *(summary.run_id, summary.split, summary.name),
        *(summary.value, summary.low, summary.high, summary.n, summary.baseline),
    ).where(which, summary.split.in_(bindparam("splits", expanding=True)))


def scores_of(session: Session, run_ids: Sequence[str], splits: Sequence[str]) -> Scores:
    """Figures of all these runs, read by primary key."""
    found: Scores = {run_id: {split: {} for split in splits} for run_id in run_ids}
    query = _scores(session.get_bind().dialect.name)
    rows = _asked(session, query, run_ids=list(run_ids), splits=list(splits)).all()
    for run_id, split, name, value, low, high, n, baseline in rows:
        found[run_id][split][name] = Score(value, low, high, n, baseline)
    return found


def _row(values: dict[str, Any], scores: Mapping[str, Mapping[str, Score]]) -> RunRow:
    """A row of the columns that `selected` names: as the fields of a RunRow, but for what is read in another unit."""
    cost, budget = values.pop("cost_nano"), values.pop("budget_nano")
    size, seen_at = values.pop("artifact_bytes"), values.pop("test_seen_at")
    return RunRow(
        **values,
        label=label_of(values["recipe"], values["id"]),
        cost_usd=to_usd(cost),
        budget_usd=None if budget is None else to_usd(budget),
        validation=scores["validation"],
        latency=scores["serving"],
        artifact_mb=None if size is None else size / 1e6,
        test_seen=seen_at is not None,
    )
