"""What plans have to keep to, and what-if portfolios: append, and the newest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import PlanTerms, Product, WhatIf
from engine.errors import N_, UnknownName

KEY_LENGTH = 12


def terms(session: Session) -> dict[int, PlanTerms]:
    """The newest terms of each idea that has any, by its id."""
    newest = select(func.max(PlanTerms.id)).group_by(PlanTerms.product_id)
    return {row.product_id: row for row in session.scalars(select(PlanTerms).where(PlanTerms.id.in_(newest)))}


@dataclass(frozen=True, slots=True)
class Terms:
    """What an idea asks of a plan beside money; other ideas by their addresses."""

    people: float
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    must: bool
    author: str


def terms_by_slug(session: Session) -> dict[str, Terms]:
    """The newest terms of each idea that has any, by its address."""
    slugs: dict[int, str] = dict(session.execute(select(Product.id, Product.slug)).all())

    def named(ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(slugs[i] for i in ids if i in slugs)

    return {
        slugs[key]: Terms(row.people, named(row.needs), named(row.excludes), row.must, row.author)
        for key, row in terms(session).items()
    }


def add_terms(session: Session, row: PlanTerms) -> PlanTerms:
    """Append terms of an idea."""
    session.add(row)
    session.flush()
    return row


def add_what_if(session: Session, name: str, document: Mapping[str, Any], author: str) -> WhatIf:
    """Keep a what-if; the same contents under the same name are kept once."""
    told = json.dumps([name, document], sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(told.encode()).hexdigest()[:KEY_LENGTH]
    known = session.scalars(select(WhatIf).where(WhatIf.key == key)).first()
    if known is not None:
        return known
    row = WhatIf(key=key, name=name, document=json.loads(json.dumps(document)), author=author)
    session.add(row)
    session.flush()
    return row


def what_ifs(session: Session) -> Sequence[WhatIf]:
    """All of them, newest first."""
    return session.scalars(select(WhatIf).order_by(WhatIf.id.desc())).all()


def what_if(session: Session, key: str) -> WhatIf:
    """The one that a link names. Raises UnknownName listing some."""
    found = session.scalars(select(WhatIf).where(WhatIf.key == key)).first()
    if found is None:
        raise UnknownName(N_("what-if"), key, [f"{row.key} ({row.name})" for row in what_ifs(session)[:5]])
    return found
