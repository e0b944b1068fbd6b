"""What APIs charged, answer by answer, and what people assume about owning an idea. Both are append-only."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed


class ApiCharge(Base):
    """Money of one answer of an API. Told any number of times, it is stored once."""

    __tablename__ = "api_charges"
    __table_args__ = (
        UniqueConstraint("run_id", "key"),
        CheckConstraint("usd_nano >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    key: Mapped[str] = mapped_column(String(64))
    """Names what was asked and the API's own id of the request."""
    category: Mapped[str] = mapped_column(String(20))
    """training or inference."""
    period: Mapped[str] = mapped_column(String(20))
    """As that of the cost entry it is part of."""
    at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(120))
    input_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    output_tokens: Mapped[int]
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    grade: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(200))
    """Who says what tokens cost, and as of when."""


class OwnershipInput(Signed, Base):
    """What somebody assumes about owning an idea. The newest of a name is current; without a value it is empty."""

    __tablename__ = "ownership_inputs"
    __table_args__ = (Index("ix_ownership_inputs_current", "product_id", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    name: Mapped[str] = mapped_column(String(60))
    """A key of `engine.costs.ownership.inputs`."""
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    why: Mapped[str] = mapped_column(default="")
