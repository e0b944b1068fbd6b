"""The log of decisions over all ideas, what each rested on, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.decisions import get_decision
from db.evidence import current
from db.models import Decision, EvidenceRow, Outcome, Product
from engine.evidence import MEASURES, Grade


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What somebody saw come of a decision."""

    came: str
    """One of `engine.portfolio.outcomes.CAME`."""
    what: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """A decision in the log over all ideas."""

    id: int
    slug: str
    idea: str
    verdict: str
    reason: str
    expected: str
    author: str
    created_at: datetime
    review_on: date | None
    figures: int
    measured: int
    stands: bool
    """Whether no later decision of the idea has taken its place."""
    outcomes: tuple[OutcomeRow, ...]
    """Newest first."""

    def due(self, today: date) -> bool:
        """Whether it stands and its day of review has come without an outcome since."""
        if not self.stands or self.review_on is None or self.review_on > today:
            return False
        return not any(outcome.created_at.date() >= self.review_on for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as the ledger had it."""

    value: float
    low: float | None
    high: float | None
    grade: Grade
    at: datetime


@dataclass(frozen=True, slots=True)
class ThenNow:
    """A measure when a decision was taken, and now."""

    measure: str
    then: Told | None
    """None for a figure that came later."""
    now: Told | None
    """None for a figure that no longer counts."""


def decision_log(session: Session, slug: str | None = None) -> tuple[LoggedDecision, ...]:
    """Every decision (of one idea, when it is named), newest first."""
    query = select(Decision, Product.slug, Product.name).join(Product, Product.id == Decision.product_id)
    if slug is not None:
        query = query.where(Product.slug == slug)
    rows = session.execute(query.order_by(Decision.id.desc())).all()
    outcomes = _outcomes(session, [decision.id for decision, _slug, _name in rows])
    seen: set[int] = set()
    log = []
    for decision, idea, name in rows:
        log.append(_logged(decision, idea, name, decision.product_id not in seen, outcomes.get(decision.id, ())))
        seen.add(decision.product_id)
    return tuple(log)


def _logged(decision: Decision, slug: str, name: str, stands: bool, outcomes: Sequence[OutcomeRow]) -> LoggedDecision:
    return LoggedDecision(
        decision.id,
        slug,
        name,
        decision.verdict,
        decision.reason,
        decision.expected,
        decision.author,
        decision.created_at,
        decision.review_on,
        len(decision.evidence_ids),
        decision.measured,
        stands,
        tuple(outcomes),
    )


def _outcomes(session: Session, ids: Iterable[int]) -> dict[int, list[OutcomeRow]]:
    found: dict[int, list[OutcomeRow]] = {}
    query = select(Outcome).where(Outcome.decision_id.in_(list(ids))).order_by(Outcome.id.desc())
    for row in session.scalars(query):
        found.setdefault(row.decision_id, []).append(OutcomeRow(row.came, row.what, row.author, row.created_at))
    return found


def then_and_now(session: Session, decision_id: int) -> tuple[ThenNow, ...]:
    """What a decision rested on beside what is current, in the order of the vocabulary. Raises UnknownName."""
    decision = get_decision(session, decision_id)
    query = select(EvidenceRow).where(EvidenceRow.id.in_(decision.evidence_ids))
    then = {row.measure: row for row in session.scalars(query)}
    now: Mapping[str, EvidenceRow] = current(session, decision.product_id).rows
    return tuple(
        ThenNow(key, _told(then.get(key)), _told(now.get(key))) for key in MEASURES if key in then or key in now
    )


def _told(row: EvidenceRow | None) -> Told | None:
    return None if row is None else Told(row.value, row.low, row.high, cast(Grade, row.grade), row.created_at)
