"""The evidence ledger and the decisions that rest on it. Both are append-only."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class EvidenceRow(Base):
    """One graded figure about one product."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("grade in ('measured', 'quoted', 'modelled', 'assumed')", name="grade"),
        Index("ix_evidence_current", "product_id", "measure", "context_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    measure: Mapped[str] = mapped_column(String(80))
    value: Mapped[float]
    low: Mapped[float | None]
    high: Mapped[float | None]
    level: Mapped[float]
    grade: Mapped[str] = mapped_column(String(10))
    context: Mapped[dict[str, Any]]
    context_key: Mapped[str] = mapped_column(String(16))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    source_kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(default="")
    method: Mapped[str] = mapped_column(default="")
    inputs: Mapped[list[Any]]
    """Ids of the evidence rows this was computed from."""
    input_fingerprint: Mapped[str] = mapped_column(String(16), default="")
    """Names the inputs' contents; differs from theirs today when this is stale."""
    baseline: Mapped[float | None]
    """The naive model's value of the same measure on the same examples."""
    quantiles: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Decision(Base):
    """Go, hold or stop, and what it rested on."""

    __tablename__ = "decisions"
    __table_args__ = (CheckConstraint("verdict in ('go', 'hold', 'stop')", name="verdict"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str]
    expected: Mapped[str] = mapped_column(default="")
    """What it should lead to, in a sentence; the outcome is held against it."""
    author: Mapped[str] = mapped_column(String(120))
    review_on: Mapped[date | None]
    evidence_ids: Mapped[list[Any]]
    """The current evidence when the decision was taken."""
    measured: Mapped[int]
    """How many of those were measured."""
    created_at: Mapped[datetime] = mapped_column(default=now)
