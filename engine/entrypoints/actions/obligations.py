"""An idea's obligations and grants: answer what decides which apply, and say where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from db import obligations as stored
from db.base import now
from db.products import get_product
from db.session import in_transaction
from engine.entrypoints.actions.checks import (
    LINE_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    checked_number,
    checked_text,
)
from engine.entrypoints.actions.figures import recompute_product
from engine.errors import N_, InputError, UnknownName
from engine.market.obligations import STATUSES, Grant, find, questions

MOST_USD = 1e9


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an obligation or grant stands, as typed."""

    status: str
    owner: str = ""
    source: str = ""
    """What was read, where somebody looked it up."""
    checked_on: date | None = None
    note: str = ""
    usd: float | None = None
    """Of a grant alone: what may come in."""


def answer_questions(slug: str, answers: Mapping[str, bool | None], author: str) -> int:
    """Answer questions (None: not known); returns how many answers changed. Nothing is written when one is wrong."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    for key in answers:
        if key not in questions():
            raise UnknownName(N_("question about obligations"), key, list(questions()))

    def work(session: Session) -> int:
        product = get_product(session, slug)
        before = stored.answers(session, product.id)
        changed = {key: answer for key, answer in answers.items() if before.get(key) is not answer}
        for key, answer in changed.items():
            stored.add_answer(session, product.id, key, answer, who)
        recompute_product(session, product)
        return len(changed)

    return in_transaction(work)


def set_obligation(slug: str, key: str, stand: Stand, author: str) -> None:
    """Say where an obligation or a grant stands. Raises UnknownName and InputError."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    told = _checked(key, stand)

    def work(session: Session) -> None:
        product = get_product(session, slug)
        stored.add_state(session, product.id, key, author=who, **told)
        recompute_product(session, product)

    in_transaction(work)


def _checked(key: str, stand: Stand) -> dict[str, Any]:
    entry = find(key)
    if stand.status not in STATUSES:
        raise UnknownName(N_("status"), stand.status, list(STATUSES))
    if stand.usd is not None and not isinstance(entry, Grant):
        raise InputError(N_("An amount belongs to a grant; {key} is an obligation."), key=key)
    if stand.checked_on is not None and stand.checked_on > now().date():
        raise InputError(
            N_("A source cannot have been read on {day}, which lies ahead."), day=stand.checked_on.isoformat()
        )
    if stand.checked_on is not None and not stand.source.strip():
        raise InputError(N_("A day of reading needs the source that was read."))
    usd = None if stand.usd is None else checked_number(N_("The amount"), stand.usd, minimum=0, maximum=MOST_USD)
    return {
        "status": stand.status,
        "owner": checked_text(N_("The owner"), stand.owner, NAME_LENGTH, required=False),
        "source": checked_text(N_("The source"), stand.source, LINE_LENGTH, required=False),
        "checked_on": stand.checked_on,
        "note": checked_text(N_("The note"), stand.note, TEXT_LENGTH, required=False),
        "usd": None if usd is None else Decimal(str(usd)),
    }
