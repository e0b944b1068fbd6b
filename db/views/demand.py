"""What is known of an idea's demand: its market figures, who competes, and what users do. A few queries each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.behaviours import newest_behaviour
from db.competitors import OURS, features_of
from db.evidence import current
from db.models import Competitor, CompetitorPrice, EvidenceRow, TakenBack
from db.money import to_usd
from db.products import get_product
from db.shapes import Figure

LOGGED = 40


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price of a competitor's history."""

    unit: str
    usd: Decimal
    on: date
    grade: str
    source: str
    author: str


@dataclass(frozen=True, slots=True)
class CompetitorRow:
    """One competitor: card, answers by feature, prices by day."""

    id: int
    name: str
    url: str
    positioning: str
    author: str
    created_at: datetime
    gone_at: datetime | None
    ours: bool
    features: Mapping[str, str]
    prices: tuple[PriceRow, ...]

    def latest(self, unit: str) -> PriceRow | None:
        """The newest price of a unit."""
        return next((price for price in reversed(self.prices) if price.unit == unit), None)


@dataclass(frozen=True, slots=True)
class BehaviourRow:
    """What the newest file of events says."""

    id: int
    name: str
    fingerprint: str
    licence: str
    source: str
    settings: Mapping[str, Any]
    summary: Mapping[str, Any]
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log of typed inputs; without a value it was taken back."""

    at: datetime
    measure: str
    value: float | None
    low: float | None
    high: float | None
    author: str
    why: str


@dataclass(frozen=True, slots=True)
class Demand:
    """An idea's market sheet."""

    slug: str
    name: str
    figures: Mapping[str, Figure]
    """Current figures by measure key, of the market alone."""
    competitors: tuple[CompetitorRow, ...]
    """Without the idea's own card and those that are gone."""
    behaviour: BehaviourRow | None
    log: tuple[Entry, ...]
    """Typed inputs of the market, newest first."""


def demand(session: Session, slug: str) -> Demand:
    """Everything about an idea's market that is no series and no signal. Raises UnknownName."""
    product = get_product(session, slug)
    figures = {key: one for key, one in current(session, product.id).figures.items() if key.startswith("market.")}
    there = tuple(row for row in _competitors(session, product.id) if not row.ours and row.gone_at is None)
    return Demand(slug, product.name, figures, there, _behaviour(session, product.id), _log(session, product.id))


def competitors(session: Session, slug: str) -> tuple[CompetitorRow, ...]:
    """All cards of an idea: its own first, then by name; gone ones last. Raises UnknownName."""
    rows = _competitors(session, get_product(session, slug).id)
    return tuple(sorted(rows, key=lambda row: (not row.ours, row.gone_at is not None, row.name.casefold())))


def users(session: Session, slug: str) -> BehaviourRow | None:
    """What users of an idea do, by the newest file of events. Raises UnknownName."""
    return _behaviour(session, get_product(session, slug).id)


def _competitors(session: Session, product_id: int) -> list[CompetitorRow]:
    rows = session.scalars(select(Competitor).where(Competitor.product_id == product_id).order_by(Competitor.id)).all()
    ids = [row.id for row in rows]
    features = features_of(session, ids) if ids else {}
    prices = _prices(session, ids) if ids else {}
    return [
        CompetitorRow(
            row.id,
            row.name,
            row.url,
            row.positioning,
            row.author,
            row.created_at,
            row.gone_at,
            row.name_key == OURS,
            features.get(row.id, {}),
            tuple(prices.get(row.id, ())),
        )
        for row in rows
    ]


def _prices(session: Session, ids: list[int]) -> dict[int, list[PriceRow]]:
    query = (
        select(CompetitorPrice)
        .where(CompetitorPrice.competitor_id.in_(ids))
        .order_by(CompetitorPrice.on, CompetitorPrice.id)
    )
    found: dict[int, list[PriceRow]] = {}
    for row in session.scalars(query):
        price = PriceRow(row.unit, to_usd(row.usd_nano), row.on, row.grade, row.source, row.author)
        found.setdefault(row.competitor_id, []).append(price)
    return found


def _behaviour(session: Session, product_id: int) -> BehaviourRow | None:
    row = newest_behaviour(session, product_id)
    if row is None:
        return None
    said = (row.name, row.fingerprint, row.licence, row.source, row.settings, row.summary, row.author, row.created_at)
    return BehaviourRow(row.id, *said)


def _log(session: Session, product_id: int) -> tuple[Entry, ...]:
    typed = (
        select(EvidenceRow)
        .where(
            EvidenceRow.product_id == product_id,
            EvidenceRow.source_kind == "person",
            EvidenceRow.measure.startswith("market."),
        )
        .order_by(EvidenceRow.id.desc())
        .limit(LOGGED)
    )
    back = select(TakenBack).where(TakenBack.product_id == product_id).order_by(TakenBack.id.desc()).limit(LOGGED)
    entries = [Entry(r.created_at, r.measure, r.value, r.low, r.high, r.source, r.note) for r in session.scalars(typed)]
    entries += [Entry(r.created_at, r.measure, None, None, None, r.author, r.why) for r in session.scalars(back)]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)[:LOGGED])
