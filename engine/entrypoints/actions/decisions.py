"""What came of decisions."""

from sqlalchemy.orm import Session

from db.decisions import add_outcome, get_decision
from db.evidence import current
from db.session import in_transaction
from engine.entrypoints.actions.checks import NAME_LENGTH, TEXT_LENGTH, checked_text
from engine.errors import N_, UnknownName
from engine.portfolio.outcomes import CAME


def record_outcome(decision_id: int, came: str, what: str, author: str) -> None:
    """Write down what came of a decision, with the evidence that is current now. Earlier outcomes stay.

    Raises UnknownName for a decision or a word that is not there, InputError for an empty text.
    """
    if came not in CAME:
        raise UnknownName(N_("outcome"), came, list(CAME))
    happened = checked_text(N_("What happened"), what, TEXT_LENGTH)
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> None:
        decision = get_decision(session, decision_id)
        figures = current(session, decision.product_id).figures.values()
        add_outcome(
            session,
            decision.id,
            came=came,
            what=happened,
            evidence_ids=[figure.id for figure in figures],
            author=who,
        )

    in_transaction(work)
