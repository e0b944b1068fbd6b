"""The log of decisions; append-only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from db.models import Decision


def record(
    session: Session,
    product_id: int,
    *,
    verdict: str,
    reason: str,
    author: str,
    review_on: date | None,
    evidence_ids: Sequence[int],
    measured: int,
) -> Decision:
    """Add a decision with the evidence that was current when it was taken."""
    decision = Decision(
        product_id=product_id,
        verdict=verdict,
        reason=reason,
        author=author,
        review_on=review_on,
        evidence_ids=list(evidence_ids),
        measured=measured,
    )
    session.add(decision)
    session.flush()
    return decision
