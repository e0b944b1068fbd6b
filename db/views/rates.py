"""Rates as a page shows them: what is in force, what was before, and which sources say something else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Rate
from db.money import to_usd

APART = Decimal("0.05")
"""Two sources disagree when their prices lie further apart than this share, and their intervals do not meet."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate in force, in US dollars of the day it begins."""

    id: int
    key: str
    kind: str
    provider: str
    region: str
    item: str
    unit: str
    usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    currency: str
    quoted: Mapping[str, Any] | None
    grade: str
    source: str
    url: str
    note: str
    checked_on: date | None
    valid_from: date
    origin: str
    author: str
    rows: int = 1
    """How many rows the key has."""
    others: tuple["RateRow", ...] = ()
    """The newest rows of other sources that disagree."""


def rate_rows(session: Session, kind: str, on: date) -> Sequence[RateRow]:
    """What is in force of a kind, by key."""
    query = select(Rate).where(Rate.kind == kind, Rate.valid_from <= on)
    by_key: dict[str, list[Rate]] = {}
    for rate in session.scalars(query.order_by(Rate.key, Rate.valid_from, Rate.id)):
        by_key.setdefault(rate.key, []).append(rate)
    return [_settle(rates) for rates in by_key.values()]


def rate_history(session: Session, key: str) -> Sequence[RateRow]:
    """Every row of a key, oldest first."""
    query = select(Rate).where(Rate.key == key).order_by(Rate.valid_from, Rate.id)
    return [_row(rate) for rate in session.scalars(query)]


def rate_counts(session: Session) -> Mapping[str, int]:
    """How many things of each kind have a rate."""
    query = select(Rate.kind, func.count(Rate.key.distinct())).group_by(Rate.kind)
    return {kind: count for kind, count in session.execute(query)}  # noqa: C416  (Rows are not typed)


def _settle(rates: Sequence[Rate]) -> RateRow:
    chosen = rates[-1]
    newest = {rate.origin: rate for rate in rates}
    others = [rate for origin, rate in newest.items() if origin != chosen.origin and disagree(chosen, rate)]
    return _row(chosen, rows=len(rates), others=tuple(_row(rate) for rate in others))


def disagree(one: Rate, other: Rate) -> bool:
    """Whether two sources say different things of one key."""
    apart = abs(one.usd_nano - other.usd_nano) > APART * max(one.usd_nano, other.usd_nano)
    return apart and (one.high_nano < other.low_nano or other.high_nano < one.low_nano)


def _row(rate: Rate, **more: Any) -> RateRow:
    same: tuple[str, ...] = (
        "id",
        "key",
        "kind",
        "provider",
        "region",
        "item",
        "unit",
        "currency",
        "quoted",
        "grade",
        "source",
        "url",
    )
    same += ("note", "checked_on", "valid_from", "origin", "author")
    usd, low, high = (to_usd(nano) for nano in (rate.usd_nano, rate.low_nano, rate.high_nano))
    return RateRow(**{name: getattr(rate, name) for name in same}, usd=usd, low_usd=low, high_usd=high, **more)
