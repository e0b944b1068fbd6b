"""What people said of an idea's obligations and grants: append, and read as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ObligationAnswer, ObligationState
from db.money import to_nano, to_usd
from db.products import get_product


@dataclass(frozen=True, slots=True)
class Said:
    """The newest word on one obligation or grant."""

    status: str
    owner: str
    source: str
    checked_on: date | None
    note: str
    usd: Decimal | None
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Duties:
    """An idea's checklist as it stands."""

    slug: str
    name: str
    answers: Mapping[str, bool]
    """Questions that are answered."""
    said: Mapping[str, Said]
    """By key of the catalogue."""

    @property
    def begun(self) -> bool:
        """Whether anybody answered or said anything."""
        return bool(self.answers or self.said)


def duties(session: Session, slug: str) -> Duties:
    """An idea's checklist. Raises UnknownName."""
    product = get_product(session, slug)
    return Duties(slug, product.name, answers(session, product.id), said(session, product.id))


def answers(session: Session, product_id: int) -> dict[str, bool]:
    """The newest answer to each question; those taken back are left out."""
    newest = (
        select(func.max(ObligationAnswer.id))
        .where(ObligationAnswer.product_id == product_id)
        .group_by(ObligationAnswer.question)
    )
    rows = session.scalars(select(ObligationAnswer).where(ObligationAnswer.id.in_(newest)))
    return {row.question: row.answer for row in rows if row.answer is not None}


def said(session: Session, product_id: int) -> dict[str, Said]:
    """The newest state of each obligation and grant that anybody spoke of."""
    newest = (
        select(func.max(ObligationState.id))
        .where(ObligationState.product_id == product_id)
        .group_by(ObligationState.key)
    )
    rows = session.scalars(select(ObligationState).where(ObligationState.id.in_(newest)))
    return {row.key: _said(row) for row in rows}


def _said(row: ObligationState) -> Said:
    usd = None if row.amount_nano is None else to_usd(row.amount_nano)
    return Said(row.status, row.owner, row.source, row.checked_on, row.note, usd, row.author, row.created_at)


def add_answer(session: Session, product_id: int, question: str, answer: bool | None, author: str) -> None:
    """Append an answer; None takes the one before back."""
    session.add(ObligationAnswer(product_id=product_id, question=question, answer=answer, author=author))
    session.flush()


def add_state(session: Session, product_id: int, key: str, *, usd: Decimal | None = None, **told: Any) -> None:
    """Append where an obligation or grant stands: status, owner, source, checked_on, note, author."""
    amount = None if usd is None else to_nano(usd)
    session.add(ObligationState(product_id=product_id, key=key, amount_nano=amount, **told))
    session.flush()
