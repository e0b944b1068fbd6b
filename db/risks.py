"""The risk register: append, and the newest view of each."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Risk, RiskView
from engine.errors import N_, UnknownName


def add_risk(session: Session, product_id: int, *, kind: str, title: str, author: str) -> Risk:
    """Add a risk, yet without a view."""
    risk = Risk(product_id=product_id, kind=kind, title=title, author=author)
    session.add(risk)
    session.flush()
    return risk


def get_risk(session: Session, risk_id: int) -> Risk:
    """One by its id; raises UnknownName listing some of those there are."""
    risk = session.get(Risk, risk_id)
    if risk is None:
        known = session.execute(select(Risk.id, Risk.title).order_by(Risk.id.desc()).limit(10))
        raise UnknownName(N_("risk"), str(risk_id), [f"{number} ({title})" for number, title in known])
    return risk


def add_view(session: Session, view: RiskView) -> RiskView:
    """Append how a risk is seen."""
    session.add(view)
    session.flush()
    return view
