"""What people assume about owning an idea: appended; the newest of each name is current."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import OwnershipInput


@dataclass(frozen=True, slots=True)
class TypedInput:
    """An input as somebody typed it."""

    name: str
    value: float
    low: float
    high: float
    why: str
    author: str
    created_at: datetime


def add_input(
    session: Session, product_id: int, name: str, figure: tuple[float, float, float] | None, *, why: str, author: str
) -> None:
    """Add an input; None empties it again."""
    value, low, high = figure or (None, None, None)
    session.add(
        OwnershipInput(product_id=product_id, name=name, value=value, low=low, high=high, why=why, author=author)
    )
    session.flush()


def typed_inputs(session: Session, product_id: int) -> Mapping[str, TypedInput]:
    """The current inputs of an idea by name; emptied ones are left out."""
    newest = (
        select(func.max(OwnershipInput.id)).where(OwnershipInput.product_id == product_id).group_by(OwnershipInput.name)
    )
    rows = session.scalars(select(OwnershipInput).where(OwnershipInput.id.in_(newest)).order_by(OwnershipInput.id))
    return {
        row.name: TypedInput(row.name, row.value, row.low, row.high, row.why, row.author, row.created_at)
        for row in rows
        if row.value is not None and row.low is not None and row.high is not None
    }
