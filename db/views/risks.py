"""The risk register: every risk as it is seen now, with how it was seen before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Product, Risk, RiskView

PRESSING = 12
"""Exposure from which a risk needs an owner and something done against it before it may be left alone."""


@dataclass(frozen=True, slots=True)
class SeenRisk:
    """How a risk was seen on a day."""

    likelihood: int
    impact: int
    owner: str
    mitigation: str
    closed: bool
    author: str
    created_at: datetime

    @property
    def exposure(self) -> int:
        """likelihood x impact, 1 to 25 (IEC 31010:2019, consequence/likelihood matrix)."""
        return self.likelihood * self.impact

    @property
    def pressing(self) -> bool:
        """Whether it is open and may not be left alone."""
        return not self.closed and self.exposure >= PRESSING

    @property
    def neglected(self) -> bool:
        """Whether it is pressing, and nobody looks after it or nothing is done against it."""
        return self.pressing and not (self.owner and self.mitigation)


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk of an idea."""

    id: int
    slug: str
    idea: str
    kind: str
    title: str
    seen: SeenRisk
    before: tuple[SeenRisk, ...]
    """Newest first."""


def risk_register(session: Session, slug: str | None = None) -> tuple[RiskRow, ...]:
    """Every risk (of one idea, when it is named): open ones first, the greatest exposure first."""
    query = select(Risk, Product.slug, Product.name).join(Product, Product.id == Risk.product_id).order_by(Risk.id)
    if slug is not None:
        query = query.where(Product.slug == slug)
    risks = session.execute(query).all()
    views: dict[int, list[SeenRisk]] = {}
    ids = [risk.id for risk, _slug, _name in risks]
    for view in session.scalars(select(RiskView).where(RiskView.risk_id.in_(ids)).order_by(RiskView.id.desc())):
        views.setdefault(view.risk_id, []).append(_seen(view))
    rows = [
        RiskRow(risk.id, idea, name, risk.kind, risk.title, views[risk.id][0], tuple(views[risk.id][1:]))
        for risk, idea, name in risks
    ]
    return tuple(sorted(rows, key=lambda row: (row.seen.closed, -row.seen.exposure, row.id)))


def _seen(view: RiskView) -> SeenRisk:
    return SeenRisk(
        view.likelihood, view.impact, view.owner, view.mitigation, view.closed, view.author, view.created_at
    )
