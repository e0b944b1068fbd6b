"""What pages read and do about decisions: the log, what came of them, how far each idea is, and its risks."""

from collections.abc import Sequence

from dashboard.store.reading import acts, view_by
from db.views import decisions, risks, steps
from db.views.decisions import LoggedDecision, OutcomeRow, ThenNow, Told
from db.views.risks import RiskRow, SeenRisk
from db.views.steps import STEPS, Placed
from engine.entrypoints.actions import decisions as acting
from engine.entrypoints.actions import risks as register

__all__ = ["STEPS", "LoggedDecision", "OutcomeRow", "Placed", "RiskRow", "SeenRisk", "ThenNow", "Told"]


def log(slug: str | None = None) -> Sequence[LoggedDecision]:
    """Every decision, or those of one idea; newest first."""
    rows: Sequence[LoggedDecision] = view_by(decisions.decision_log, slug=slug)
    return rows


def then_and_now(decision_id: int) -> Sequence[ThenNow]:
    """What a decision rested on beside what is current. Raises UnknownName."""
    rows: Sequence[ThenNow] = view_by(decisions.then_and_now, decision_id=decision_id)
    return rows


def board() -> Sequence[Placed]:
    """Every idea with the step that it stands at."""
    rows: Sequence[Placed] = view_by(steps.board)
    return rows


def risk_register(slug: str | None = None) -> Sequence[RiskRow]:
    """Every risk, or those of one idea; open ones first, the greatest exposure first."""
    rows: Sequence[RiskRow] = view_by(risks.risk_register, slug=slug)
    return rows


record_outcome = acts(acting.record_outcome)
add_risk = acts(register.add_risk)
see_risk = acts(register.see_risk)
