"""Runs as rows of a list: two queries, however many there are, of plain columns and never of whole entities."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Dialect, Float, cast, exists, select
from sqlalchemy.orm import Session

from db.base import UtcDateTime
from db.driver import fetched
from db.models import Dataset, Experiment, Product, Run
from db.money import to_usd
from db.shapes import RunRow, Score

SHOWN_SPLITS = ("validation", "serving")
SHORT_ID = 4
Scores = dict[str, dict[str, dict[str, Score]]]
"""{run: {split: {name: Score}}}"""
SCORES = {
    "sqlite": "SELECT run_id, split, name, value, low, high, n, baseline FROM metric_summaries "
    "WHERE run_id IN (SELECT value FROM json_each(?)) AND split IN (SELECT value FROM json_each(?))",
    "postgresql": "SELECT run_id, split, name, value, low, high, n, baseline FROM metric_summaries "
    "WHERE run_id = ANY (%s::varchar[]) AND split = ANY (%s::varchar[])",
}
"""Runs and splits as one value each: a marker for each took longer to write than the answer to come."""


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


COLUMNS = tuple(str(column.name) for column in selected().selected_columns)
TIMES = [place for place, column in enumerate(selected().selected_columns) if isinstance(column.type, UtcDateTime)]
DOCUMENTS = [place for place, column in enumerate(selected().selected_columns) if isinstance(column.type, JSON)]
ADOPTED = COLUMNS.index("adopted")


def read_rows(session: Session, query: Any) -> list[RunRow]:
    """The rows of a query made from `selected`."""
    session.flush()
    found = session.connection().execute(query)  # rows as the connection gives them: a session's take longer
    return _with_scores(session, found.all())


def read_prepared(session: Session, statement: str) -> list[RunRow]:
    """The rows of a query made from `selected` that `prepare` wrote out."""
    session.flush()
    connection = session.connection()
    typed = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgresql
    return _with_scores(session, [typed(row) for row in fetched(connection, statement, None)])


def prepare(dialect: Dialect, query: Any) -> str:
    """The text of a query, values included, to be kept: to write it takes longer than to run it."""
    return str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _with_scores(session: Session, found: Sequence[Sequence[Any]]) -> list[RunRow]:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    scores = scores_of(session, [row["id"] for row in rows], SHOWN_SPLITS)
    return [_row(row, scores[row["id"]]) for row in rows]


def _of_sqlite(row: Sequence[Any]) -> list[Any]:
    """SQLite keeps times and JSON as text, and what is true as a number."""
    typed = list(row)
    for place in TIMES:
        if typed[place] is not None:
            typed[place] = datetime.fromisoformat(typed[place] + "+00:00")
    for place in DOCUMENTS:
        if typed[place] is not None:
            typed[place] = json.loads(typed[place])
    typed[ADOPTED] = bool(typed[ADOPTED])
    return typed


def _of_postgresql(row: Sequence[Any]) -> list[Any]:
    """Times are UTC there, without saying so."""
    typed = list(row)
    for place in TIMES:
        if typed[place] is not None:
            typed[place] = typed[place].replace(tzinfo=UTC)
    return typed


def scores_of(session: Session, run_ids: Sequence[str], splits: Sequence[str]) -> Scores:
    """Figures of all these runs, without the quantiles, read by primary key."""
    session.flush()
    connection = session.connection()
    asked: list[Any] = [list(run_ids), list(splits)]
    if connection.dialect.name == "sqlite":
        asked = [json.dumps(values) for values in asked]
    found: Scores = {run_id: {split: {} for split in splits} for run_id in run_ids}
    rows = fetched(connection, SCORES[connection.dialect.name], asked)
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
