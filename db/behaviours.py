"""What files of events said of an idea's users: append, and which counts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Behaviour


def add_behaviour(  # noqa: PLR0917  a row of the table
    session: Session,
    product_id: int,
    name: str,
    fingerprint: str,
    licence: str,
    source: str,
    settings: Mapping[str, Any],
    summary: Mapping[str, Any],
    author: str,
) -> Behaviour:
    """Append it; it is the one that counts from now on."""
    row = Behaviour(
        product_id=product_id,
        name=name,
        fingerprint=fingerprint,
        licence=licence,
        source=source,
        settings=dict(settings),
        summary=dict(summary),
        author=author,
    )
    session.add(row)
    session.flush()
    return row


def newest_behaviour(session: Session, product_id: int) -> Behaviour | None:
    """The one that counts; None before the first import."""
    query = select(Behaviour).where(Behaviour.product_id == product_id).order_by(Behaviour.id.desc()).limit(1)
    return session.scalars(query).first()
