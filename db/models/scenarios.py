"""Scenarios of a business, and what customers really did; both are append-only."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed


class ScenarioRow(Signed, Base):
    """One saved scenario of an idea. A changed one is a new row."""

    __tablename__ = "scenarios"
    __table_args__ = (Index("ix_scenarios_product", "product_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Names the idea and the contents; stands in links."""
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    name: Mapped[str] = mapped_column(String(120))
    document: Mapped[dict[str, Any]]
    """As `engine.business.scenario.to_document` writes it."""


class ActualsRow(Signed, Base):
    """What a brought file says of customers: monthly figures, churn, use, and the lifetime fitted to them."""

    __tablename__ = "actuals"
    __table_args__ = (Index("ix_actuals_product", "product_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """subscriptions, invoices or purchases."""
    name: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """sha256 of the file."""
    document: Mapped[dict[str, Any]]
