"""The risk register of ideas: write a risk down, see it anew, close it."""

from typing import Any

from sqlalchemy.orm import Session

from db import risks
from db.models import RiskView
from db.products import get_product
from db.session import in_transaction
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, TEXT_LENGTH, checked_number, checked_text
from engine.errors import N_, InputError, UnknownName
from engine.portfolio.risks import KINDS

HIGHEST = 5


def add_risk(  # noqa: PLR0917  in the order of the form
    slug: str,
    kind: str,
    title: str,
    likelihood: int,
    impact: int,
    owner: str = "",
    mitigation: str = "",
    *,
    author: str,
) -> int:
    """Write a risk of an idea down; returns its id. Raises UnknownName or InputError."""
    if kind not in KINDS:
        raise UnknownName(N_("kind of risk"), kind, list(KINDS))
    words = checked_text(N_("The risk"), title, LINE_LENGTH)
    seen = _checked(likelihood, impact, owner, mitigation, author)

    def work(session: Session) -> int:
        product = get_product(session, slug)
        risk = risks.add_risk(session, product.id, kind=kind, title=words, author=seen["author"])
        risks.add_view(session, RiskView(risk_id=risk.id, closed=False, **seen))
        return risk.id

    return in_transaction(work)


def see_risk(
    risk_id: int,
    likelihood: int,
    impact: int,
    owner: str = "",
    mitigation: str = "",
    *,
    closed: bool = False,
    author: str,
) -> None:
    """Say how a risk is seen now; how it was seen before stays. Raises UnknownName or InputError."""
    seen = _checked(likelihood, impact, owner, mitigation, author)

    def work(session: Session) -> None:
        risk = risks.get_risk(session, risk_id)
        risks.add_view(session, RiskView(risk_id=risk.id, closed=closed, **seen))

    in_transaction(work)


def _checked(likelihood: Any, impact: Any, owner: str, mitigation: str, author: str) -> dict[str, Any]:
    return {
        "likelihood": _step(N_("The likelihood"), likelihood),
        "impact": _step(N_("The impact"), impact),
        "owner": checked_text(N_("The owner"), owner, NAME_LENGTH, required=False),
        "mitigation": checked_text(N_("The mitigation"), mitigation, TEXT_LENGTH, required=False),
        "author": checked_text(N_("The author"), author, NAME_LENGTH),
    }


def _step(label: str, value: Any) -> int:
    number = checked_number(label, value, minimum=1, maximum=HIGHEST)
    if number != int(number):
        raise InputError(N_("{label} must be a whole number from 1 to 5, not {value}."), label=label, value=number)
    return int(number)
