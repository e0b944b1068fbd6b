"""What a report compares with: figures as they were before a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import EvidenceRow, Product
from db.views.money import bounds


@dataclass(frozen=True, slots=True)
class Before:
    """A figure as it stood."""

    value: float
    low: float | None
    high: float | None
    grade: str
    at: datetime


def accuracy_before(session: Session, month: str) -> Mapping[tuple[int, str], Before]:
    """Each idea's deciding figure, the newest before a month began, by product and split (empty for none)."""
    moment = datetime.combine(bounds(month)[0], time(), UTC)
    query = (
        select(EvidenceRow)
        .join(Product, Product.id == EvidenceRow.product_id)
        .where(EvidenceRow.measure == Product.bar_measure, EvidenceRow.created_at < moment)
        .order_by(EvidenceRow.id)
    )
    return {
        (row.product_id, str(row.context.get("split", ""))): Before(
            row.value, row.low, row.high, row.grade, row.created_at
        )
        for row in session.scalars(query)
    }
