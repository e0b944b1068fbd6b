"""Assumptions that were taken back, competitors, and what users did. All append-only, but for whether one is gone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed, now


class TakenBack(Base):
    """What people typed of a measure up to here counts no more: the input is empty again."""

    __tablename__ = "taken_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    measure: Mapped[str] = mapped_column(String(80))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    """The newest row of the measure when it was taken back."""
    author: Mapped[str] = mapped_column(String(120))
    why: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Competitor(Signed, Base):
    """Who else solves an idea's problem."""

    __tablename__ = "competitors"
    __table_args__ = (UniqueConstraint("product_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    """The name without case and doubled blanks: two competitors of one idea cannot share it."""
    url: Mapped[str] = mapped_column(String(500), default="")
    positioning: Mapped[str] = mapped_column(default="")
    """For whom, and with what promise."""
    gone_at: Mapped[datetime | None]
    """Since when it competes no more; its card and prices stay."""


class CompetitorPrice(Signed, Base):
    """What a competitor asked for one unit on a day. Appended, never changed: the rows are the price history."""

    __tablename__ = "competitor_prices"
    __table_args__ = (
        CheckConstraint("usd_nano >= 0", name="not_negative"),
        CheckConstraint("grade in ('quoted', 'assumed')", name="grade"),
        Index("ix_competitor_prices_history", "competitor_id", "unit", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    competitor_id: Mapped[int] = mapped_column(ForeignKey("competitors.id"))
    unit: Mapped[str] = mapped_column(String(30))
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date]
    grade: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(default="")


class CompetitorFeature(Signed, Base):
    """Whether a competitor has a feature, as somebody saw it; the newest row of a feature counts."""

    __tablename__ = "competitor_features"
    __table_args__ = (CheckConstraint("answer in ('yes', 'partly', 'no')", name="answer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    competitor_id: Mapped[int] = mapped_column(ForeignKey("competitors.id"), index=True)
    feature: Mapped[str] = mapped_column(String(80))
    answer: Mapped[str] = mapped_column(String(10))


class Behaviour(Signed, Base):
    """What a file of events says of an idea's users. Appended with every import; the newest counts."""

    __tablename__ = "behaviours"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """sha256 of the file."""
    licence: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[str] = mapped_column(String(500), default="")
    settings: Mapped[dict[str, Any]]
    """Columns, steps of the funnel and silent months that it was read with."""
    summary: Mapped[dict[str, Any]]
    """As `engine.market.users.behaviour` gives it."""
