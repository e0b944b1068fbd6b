"""How the team weighs criteria and what it thinks of ideas: append, and the newest."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import TeamView


def add_view(
    session: Session, kind: str, document: Mapping[str, Any], author: str, product_id: int | None = None
) -> None:
    """Append what the team says of one idea or of all."""
    session.add(TeamView(kind=kind, product_id=product_id, document=dict(document), author=author))
    session.flush()


def newest_view(session: Session, kind: str) -> TeamView | None:
    """What was said last of all ideas."""
    query = select(TeamView).where(TeamView.kind == kind, TeamView.product_id.is_(None))
    return session.scalars(query.order_by(TeamView.id.desc()).limit(1)).first()


def newest_by_idea(session: Session, kind: str) -> dict[int, TeamView]:
    """What was said last of each idea."""
    newest = (
        select(func.max(TeamView.id))
        .where(TeamView.kind == kind, TeamView.product_id.is_not(None))
        .group_by(TeamView.product_id)
    )
    rows = session.scalars(select(TeamView).where(TeamView.id.in_(newest)))
    return {row.product_id: row for row in rows if row.product_id is not None}
