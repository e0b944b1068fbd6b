"""Dated rates and the money they make of usage."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class Rate(Base):
    """What one unit costs from a date on. Appended, never overwritten."""

    __tablename__ = "rates"
    __table_args__ = (
        UniqueConstraint("key", "valid_from", "fingerprint"),
        CheckConstraint("usd_nano >= 0", name="not_negative"),
        Index("ix_rates_kind", "kind", "key", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    """What is priced, such as `local_cpu`."""
    kind: Mapped[str] = mapped_column(String(20), default="compute")
    """One of `engine.costs.rates.KINDS`."""
    provider: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    item: Mapped[str] = mapped_column(String(80), default="")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    """That the price was quoted in; the amounts below are US dollars of the day it begins."""
    quoted: Mapped[dict[str, Any] | None]
    """Of another currency: low, value, high as quoted, the exchange rate and its day."""
    url: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(String(80), default="")
    """A rate file, a package, `typed`, or the name of an imported file."""
    author: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[str] = mapped_column(String(20))
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    low_nano: Mapped[int] = mapped_column(BigInteger)
    high_nano: Mapped[int] = mapped_column(BigInteger)
    grade: Mapped[str] = mapped_column(String(10))
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]
    valid_from: Mapped[date]
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    """sha256 of the entry's text: the same entry is loaded once."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class CostEntry(Base):
    """Money of one phase of one attempt of a run, or of one day of serving a run's model.

    A run's entry grows while its attempt lives, in the transaction that also moves the event offset, so
    that each second is counted once.
    """

    __tablename__ = "cost_entries"
    __table_args__ = (
        UniqueConstraint("run_id", "category", "period", "phase"),
        Index("ix_cost_entries_product", "product_id", "category"),
        Index("ix_cost_entries_ended", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    category: Mapped[str] = mapped_column(String(20))
    """training or inference."""
    period: Mapped[str] = mapped_column(String(20))
    """`attempt 1`, ... for training; the UTC day for inference."""
    phase: Mapped[str] = mapped_column(String(20))
    rate_id: Mapped[int] = mapped_column(ForeignKey("rates.id"))
    seconds: Mapped[float]
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    grade: Mapped[str] = mapped_column(String(10))
    requests: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
