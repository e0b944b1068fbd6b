"""The log of decisions and of what came of them; append-only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Decision, Outcome, Product
from engine.errors import N_, UnknownName


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
    expected: str = "",
) -> Decision:
    """Add a decision with the evidence that was current when it was taken."""
    decision = Decision(
        product_id=product_id,
        verdict=verdict,
        reason=reason,
        expected=expected,
        author=author,
        review_on=review_on,
        evidence_ids=list(evidence_ids),
        measured=measured,
    )
    session.add(decision)
    session.flush()
    return decision


def get_decision(session: Session, decision_id: int) -> Decision:
    """One by its id; raises UnknownName listing some of those there are."""
    found = session.get(Decision, decision_id)
    if found is None:
        query = select(Decision.id, Product.name, Decision.verdict).join(Product, Product.id == Decision.product_id)
        rows = session.execute(query.order_by(Decision.id.desc()).limit(10))
        raise UnknownName(N_("decision"), str(decision_id), [f"{i} ({name}: {verdict})" for i, name, verdict in rows])
    return found


def add_outcome(
    session: Session, decision_id: int, *, came: str, what: str, evidence_ids: Sequence[int], author: str
) -> Outcome:
    """Append what came of a decision, with the evidence that is current now."""
    row = Outcome(decision_id=decision_id, came=came, what=what, evidence_ids=list(evidence_ids), author=author)
    session.add(row)
    session.flush()
    return row
