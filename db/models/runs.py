"""Experiments, runs and what runs leave. A run row is the job: the queue is `state = 'queued'`."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class Experiment(Base):
    """Runs on one data set for one product (or for none), comparable with each other."""

    __tablename__ = "experiments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)
    dataset_id: Mapped[int | None] = mapped_column(ForeignKey("datasets.id"), index=True)
    """None for runs of a routine."""
    task: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Run(Base):
    """One job. Only a worker that holds the claim changes it while it is running."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'complete', 'failed', 'stopped')", name="state"),
        Index("ix_runs_queue", "state", "priority", "queued_at"),
        Index("ix_runs_experiment", "experiment_id", "created_at"),
        Index(
            "uq_runs_running_device",
            "device",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"))
    kind: Mapped[str] = mapped_column(String(10), default="recipe")
    """recipe or routine: the folder of plug-ins that `recipe` is a name of."""
    recipe: Mapped[str] = mapped_column(String(60))
    config: Mapped[dict[str, Any]]
    seed: Mapped[int]
    device: Mapped[str] = mapped_column(String(60))
    rate_id: Mapped[int] = mapped_column(ForeignKey("rates.id"))
    """The rate in force when the run was queued; all its seconds are priced by it."""
    source_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    """The finished run that this one starts from, such as one whose model it compresses."""
    estimate_seconds: Mapped[float | None]
    """How long it was expected to take when it was queued; None when nothing was known."""
    budget_nano: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    priority: Mapped[int] = mapped_column(default=0)
    """Lower runs first."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    queued_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(120))
    heartbeat_at: Mapped[datetime | None]
    event_offset: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the event file whose events are in this database."""
    stop_requested_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(String(40))
    progress: Mapped[float] = mapped_column(default=0.0)
    progress_text: Mapped[dict[str, Any] | None]
    """template and values of the newest progress event."""
    left_seconds: Mapped[float | None]
    checkpoint_step: Mapped[int | None]
    seconds: Mapped[float] = mapped_column(default=0.0)
    """Metered wall seconds, all attempts."""
    metered_until: Mapped[float | None]
    """Epoch second up to which this attempt is metered; nothing before it is counted again."""
    cost_nano: Mapped[int] = mapped_column(BigInteger, default=0)
    peak_memory_mb: Mapped[float | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[dict[str, Any] | None]
    harvested_at: Mapped[datetime | None]
    """When what a routine left was taken into the other tables."""
    test_seen_at: Mapped[datetime | None]
    """When the test figures were first shown; None while hidden."""


class MetricSegment(Base):
    """Points of one series that one transaction brought, or all of them since they were last merged."""

    __tablename__ = "metric_segments"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    event_offset: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """How far the event file was read then. Of two points for one step that of the greater offset counts."""
    points: Mapped[bytes]
    """See `db.curves`."""


class MetricSummary(Base):
    """One final figure of a run, so that leaderboards never read a series."""

    __tablename__ = "metric_summaries"
    __table_args__ = (
        Index("ix_metric_summaries_board", "split", "name", "value"),
        Index("ix_metric_summaries_experiment", "experiment_id", "split", "name", "value"),
        Index("ix_metric_summaries_scores", "run_id", "split", "name", "value", "low", "high", "n", "baseline"),
        {"sqlite_with_rowid": False},
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    split: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    experiment_id: Mapped[int]
    """Of its run, which never changes it: the leaderboard of one idea walks its own figures alone."""
    value: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    n: Mapped[int]
    baseline: Mapped[float | None]
    quantiles: Mapped[list[Any]]


class Artifact(Base):
    """A finished file or folder of a run."""

    __tablename__ = "artifacts"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    path: Mapped[str]
    """Relative to the run folder."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None]
    """When its files were deleted to keep within the size bound; what was measured on it stays."""


class RunNote(Base):
    """One line of a run's log."""

    __tablename__ = "run_notes"
    __table_args__ = (Index("ix_run_notes_run", "run_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    at: Mapped[float]
    template: Mapped[str]
    values: Mapped[dict[str, Any]]


class Worker(Base):
    """A worker process that is or was alive."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]


class TailCursor(Base):
    """How far a tailed file, such as the model server's usage, has been read."""

    __tablename__ = "tail_cursors"

    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger)
