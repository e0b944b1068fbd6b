"""What plans have to keep to, and what-if portfolios; both are append-only."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed


class PlanTerms(Signed, Base):
    """What an idea asks of a plan beside money. The newest row of an idea counts."""

    __tablename__ = "plan_terms"
    __table_args__ = (
        Index("ix_plan_terms_product", "product_id", "id"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    people: Mapped[float]
    """How many it occupies while it costs money."""
    needs: Mapped[list[Any]]
    """Ids of ideas that must have ended before it starts."""
    excludes: Mapped[list[Any]]
    """Ids of ideas that it stands in place of."""
    must: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(default="")


class WhatIf(Signed, Base):
    """A founder's means, saved under a name and shared by link."""

    __tablename__ = "what_ifs"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Stands in links."""
    name: Mapped[str] = mapped_column(String(120))
    document: Mapped[dict[str, Any]]
    """As `engine.portfolio.founder.to_document` writes it."""
