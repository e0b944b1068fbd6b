"""Scenarios and actuals: append, find by link, newest of an idea."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ActualsRow, Product, ScenarioRow
from engine.errors import N_, UnknownName

KEY_LENGTH = 12


def add_scenario(
    session: Session, product_id: int, *, name: str, document: Mapping[str, Any], author: str
) -> ScenarioRow:
    """Append a scenario; the same contents under the same name, said last, are not said twice."""
    newest = newest_scenario(session, product_id)
    number = 0 if newest is None else newest.id
    told = json.dumps([product_id, name, number, document], sort_keys=True)
    if newest is not None and (newest.name, newest.document) == (name, json.loads(json.dumps(document))):
        return newest
    row = ScenarioRow(
        key=hashlib.sha256(told.encode()).hexdigest()[:KEY_LENGTH],
        product_id=product_id,
        name=name,
        document=json.loads(json.dumps(document)),
        author=author,
    )
    session.add(row)
    session.flush()
    return row


def newest_scenario(session: Session, product_id: int) -> ScenarioRow | None:
    """The one an idea stands on: saved last."""
    query = select(ScenarioRow).where(ScenarioRow.product_id == product_id).order_by(ScenarioRow.id.desc()).limit(1)
    return session.scalars(query).first()


def newest_scenarios(session: Session, product_ids: Iterable[int]) -> dict[int, ScenarioRow]:
    """The newest of each idea that has one."""
    newest = (
        select(func.max(ScenarioRow.id))
        .where(ScenarioRow.product_id.in_(list(product_ids)))
        .group_by(ScenarioRow.product_id)
    )
    return {row.product_id: row for row in session.scalars(select(ScenarioRow).where(ScenarioRow.id.in_(newest)))}


def scenario_by_key(session: Session, product: Product, key: str) -> ScenarioRow:
    """The scenario that a link names. Raises UnknownName listing those of the idea."""
    query = select(ScenarioRow).where(ScenarioRow.product_id == product.id, ScenarioRow.key == key)
    row = session.scalars(query).first()
    if row is None:
        raise UnknownName(N_("scenario"), key, [f"{s.key} ({s.name})" for s in scenarios(session, product.id)[:5]])
    return row


def scenarios(session: Session, product_id: int) -> Sequence[ScenarioRow]:
    """All of an idea, newest first."""
    query = select(ScenarioRow).where(ScenarioRow.product_id == product_id).order_by(ScenarioRow.id.desc())
    return session.scalars(query).all()


def add_actuals(
    session: Session,
    product_id: int,
    *,
    kind: str,
    name: str,
    fingerprint: str,
    document: Mapping[str, Any],
    author: str,
) -> ActualsRow:
    """Append what a file says; the same file twice is one row."""
    query = select(ActualsRow).where(
        ActualsRow.product_id == product_id, ActualsRow.kind == kind, ActualsRow.fingerprint == fingerprint
    )
    known = session.scalars(query).first()
    if known is not None:
        return known
    row = ActualsRow(
        product_id=product_id,
        kind=kind,
        name=name,
        fingerprint=fingerprint,
        document=dict(document),
        author=author,
    )
    session.add(row)
    session.flush()
    return row


def actuals(session: Session, product_id: int) -> Sequence[ActualsRow]:
    """What was brought for an idea, newest first."""
    query = select(ActualsRow).where(ActualsRow.product_id == product_id).order_by(ActualsRow.id.desc())
    return session.scalars(query).all()
