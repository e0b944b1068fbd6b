"""What became of decisions, the risks of ideas, and how the team weighs; all append-only."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed


class Outcome(Signed, Base):
    """What came of a decision, as somebody saw it on a day. A decision may have several; the newest counts."""

    __tablename__ = "outcomes"
    __table_args__ = (CheckConstraint("came in ('better', 'as_expected', 'worse', 'too_early')", name="came"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), index=True)
    came: Mapped[str] = mapped_column(String(12))
    what: Mapped[str]
    """What happened, in a sentence."""
    evidence_ids: Mapped[list[Any]]
    """The current evidence when this was written, to be held against the decision's."""


class Risk(Signed, Base):
    """Something that could go wrong with an idea. How likely and how bad it is stands in its views."""

    __tablename__ = "risks"
    __table_args__ = (CheckConstraint("kind in ('data', 'talent', 'law', 'competition', 'cost')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str]


class RiskView(Signed, Base):
    """How somebody saw a risk on a day. The newest of a risk counts."""

    __tablename__ = "risk_views"
    __table_args__ = (
        CheckConstraint("likelihood between 1 and 5", name="likelihood"),
        CheckConstraint("impact between 1 and 5", name="impact"),
        Index("ix_risk_views_risk", "risk_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int] = mapped_column(ForeignKey("risks.id"))
    likelihood: Mapped[int]
    impact: Mapped[int]
    owner: Mapped[str] = mapped_column(String(120))
    """Who looks after it; empty for nobody."""
    mitigation: Mapped[str]
    """What is done against it; empty for nothing."""
    closed: Mapped[bool] = mapped_column(default=False)


class TeamView(Signed, Base):
    """How the team weighs criteria, or what it thinks of an idea. The newest of a kind and idea counts."""

    __tablename__ = "team_views"
    __table_args__ = (
        CheckConstraint("kind in ('weights', 'rice')", name="kind"),
        Index("ix_team_views_newest", "kind", "product_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    """None where it is said for all ideas."""
    document: Mapped[dict[str, Any]]
