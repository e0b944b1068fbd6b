"""What was expected of runs before they began, and what earlier runs taught about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class RunEstimate(Base):
    """The estimate of one run as it stood when the run was queued. Never changed: the run's own figures lie beside."""

    __tablename__ = "run_estimates"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    device: Mapped[str] = mapped_column(String(60))
    threads: Mapped[int]
    work: Mapped[dict[str, Any]]
    """What was counted; empty where it could not be."""
    figures: Mapped[dict[str, Any]]
    """value, low and high of seconds, peak_memory_mb, energy_kwh, usd; empty when nothing could be said."""
    phases: Mapped[dict[str, Any]]
    runs: Mapped[int]
    """Finished runs of this installation that it rested on."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class RunCalibration(Base):
    """What the finished runs of one device taught, at one time. Append-only; the newest counts."""

    __tablename__ = "run_calibrations"
    __table_args__ = (Index("ix_run_calibrations_device", "device", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(60))
    runs: Mapped[int]
    learned: Mapped[dict[str, Any]]
    """Shifts of the prior, and errors of each run estimated without it."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class RouteAdvice(Base):
    """What was advised before training, and for what; afterwards it is compared with what won. Append-only."""

    __tablename__ = "route_advice"
    __table_args__ = (Index("ix_route_advice_dataset", "dataset_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"))
    task: Mapped[str] = mapped_column(String(60))
    wishes: Mapped[dict[str, Any]]
    """latency_limit_ms, budget_usd, device."""
    ranked: Mapped[list[Any]]
    """Recipes, the first choice first, each with what was expected."""
    created_at: Mapped[datetime] = mapped_column(default=now)
