"""Read models: what `db.views` returns and screens draw. Plain values, no tables, no arithmetic left to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from engine.evidence import Grade
from engine.spec import DataFacts, InputKind, Split


@dataclass(frozen=True, slots=True)
class Figure:
    """One current piece of evidence, ready to show."""

    id: int
    measure: str
    value: float
    low: float | None
    high: float | None
    grade: Grade
    source_kind: str
    source: str
    run_id: str | None
    context: Mapping[str, Any]
    note: str
    method: str
    created_at: datetime
    stale: bool
    baseline: float | None
    weakest_input: str | None
    """Measure key of the input that gave this figure its grade; None for what was not computed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar an idea is judged by."""

    measure: str
    direction: str
    minimum: float
    latency_limit_ms: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a figure is not there, in a template and its values."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One idea in the portfolio."""

    id: int
    slug: str
    name: str
    stage: str
    owner: str
    domain: str
    sample: bool
    missing: str
    bar: Bar
    quality: Figure | None
    """The deciding measure: of the adopted run, else of the best validated run."""
    adopted: bool
    bar_score: float | None
    """(score - baseline) / (bar - baseline): 0 is the naive baseline, 1 is the bar."""
    bar_score_low: float | None
    bar_score_high: float | None
    p_bar_met: float | None
    cost_per_1k: Figure | None
    latency_p95: Figure | None
    margin_per_1k: Figure | None
    gross_margin: Figure | None
    break_even: Figure | None
    requests_per_month: Figure | None
    spent_usd: Decimal
    """All money of its ledger: metered, invoiced and typed; an invoice takes the place of what was metered."""
    runs_live: int
    runs_complete: int
    verdict: str | None
    rank_low: int
    rank_high: int
    """Ranks that the intervals allow; equal ideas share them."""
    absent: Mapping[str, Reason] = field(default_factory=dict)
    """Why there is no figure, by measure key, for the measures that this row has a place for."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in the log, newest first."""

    verdict: str
    reason: str
    author: str
    created_at: datetime
    review_on: date | None
    figures: int
    measured: int


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of the gate to the next stage."""

    template: str
    values: Mapping[str, Any]
    met: bool


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """Everything the product page shows."""

    row: ProductRow
    customer: str
    hypothesis: str
    dataset_id: int | None
    dataset_name: str | None
    adopted_run_id: str | None
    figures: tuple[Figure, ...]
    """Current evidence, in the order of the vocabulary."""
    decisions: tuple[DecisionRow, ...]
    gates: tuple[Gate, ...]
    candidates: "tuple[RunRow, ...]"
    """Finished runs that can be adopted, best first by validation."""


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One data set in the list."""

    id: int
    name: str
    fingerprint: str
    language: str
    licence: str
    source: str
    text_column: str
    label_column: str
    labels: tuple[str, ...]
    rows_train: int
    rows_validation: int
    rows_test: int
    profile: Mapping[str, Any]
    folder: str
    created_at: datetime
    products: tuple[str, ...]
    """Slugs of the ideas that use it, by name."""
    input_kind: str
    """text or image."""
    parent_id: int | None
    """The version that this one was made from."""
    change: str
    columns: tuple[str, ...]
    """Further columns that were kept."""

    def facts(self, task: str) -> DataFacts:
        """What a recipe is told of it before a run is queued."""
        rows: dict[Split, int] = {
            "train": self.rows_train,
            "validation": self.rows_validation,
            "test": self.rows_test,
        }
        kind: InputKind = "image" if self.input_kind == "image" else "text"
        return DataFacts(task, self.language, self.labels, rows, input_kind=kind)


class Score(NamedTuple):
    """A summary figure of a run. A tuple, as a list of runs holds hundreds."""

    value: float
    low: float
    high: float
    n: int
    baseline: float | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a leaderboard or list."""

    id: str
    label: str
    """`lora-8f3a`"""
    recipe: str
    kind: str
    """recipe or routine: what `recipe` is a name of."""
    state: str
    experiment_id: int
    product_id: int | None
    product_name: str | None
    product_slug: str | None
    dataset_id: int | None
    """None for a routine."""
    dataset_name: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    cost_usd: Decimal
    budget_usd: Decimal | None
    progress: float
    progress_text: Mapping[str, Any] | None
    left_seconds: float | None
    estimate_seconds: float | None
    """How long it was expected to take when it was queued; None when nothing was known."""
    priority: int
    """Of those that wait, the lowest number is taken first."""
    validation: Mapping[str, Score]
    """By measure key."""
    latency: Mapping[str, Score]
    """`latency.p50_ms`, `latency.p95_ms`."""
    artifact_mb: float | None
    peak_memory_mb: float | None
    stop_reason: str | None
    error: Mapping[str, Any] | None
    attempt: int
    adopted: bool
    test_seen: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One run of the queue."""

    row: RunRow
    place: int
    """1 for the first of the whole queue."""
    starts_in_seconds: float | None
    """By the estimates of what is before it on its device; None when one of those is unknown or no worker lives."""


@dataclass(frozen=True, slots=True)
class RunDetail:
    """One run, whole."""

    row: RunRow
    task: str
    config: Mapping[str, Any]
    seed: int
    device: str
    facts: Mapping[str, Any]
    series: Mapping[str, tuple[tuple[int, float], ...]]
    """(step, value) points by series name."""
    notes: tuple[tuple[datetime, str, Mapping[str, Any]], ...]
    test: Mapping[str, Score] | None
    """None while hidden."""
    checkpoint_step: int | None
    queue_position: int | None
    phases: Mapping[str, float]
    """Metered seconds by phase."""
    latency_limit_ms: float | None
    removed_at: datetime | None
    """When its model was removed to keep within the size bound; None while it is there."""


@dataclass(frozen=True, slots=True)
class SystemState:
    """Whether anything will take the queue."""

    workers_alive: int
    queued: int
    running: tuple[str, ...] = field(default=())
    silent: tuple[str, ...] = field(default=())
    """Those of them whose worker gives no sign of life."""


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """A label that somebody gave a row and that stands."""

    row: int
    label: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LabellingState:
    """What people labelled of one data set."""

    dataset_id: int
    rows: Mapping[int, tuple[GivenLabel, ...]]
    """By row: one label a person, the newest last."""

    @property
    def labels(self) -> dict[int, str]:
        """The label that counts for each row: the newest."""
        return {row: given[-1].label for row, given in self.rows.items()}

    def by(self, author: str) -> dict[int, str]:
        """What one person said."""
        return {row: given.label for row, all in self.rows.items() for given in all if given.author == author}
