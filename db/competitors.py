"""Competitors of an idea: add, change, price, let go."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import now
from db.models import Competitor, CompetitorFeature, CompetitorPrice
from db.money import to_nano
from engine.errors import N_, InputError, UnknownName

OURS = "*"
"""The name key of the idea's own card: what it will have, beside what the others have."""


def own_card(session: Session, product_id: int, name: str, author: str) -> Competitor:
    """The idea's own card, made when it is first asked for."""
    row = find_competitor(session, product_id, OURS)
    if row is None:
        row = Competitor(product_id=product_id, name=name, name_key=OURS, author=author)
        session.add(row)
        session.flush()
    return row


def add_competitor(
    session: Session, product_id: int, *, name: str, name_key: str, url: str, positioning: str, author: str
) -> Competitor:
    """Add a card. Raises InputError when the idea has a competitor of this name already."""
    taken = find_competitor(session, product_id, name_key)
    if taken is not None:
        raise InputError(
            N_("This idea has a competitor called “{name}” already."),
            name=taken.name,
            remedy=N_("Add a price or a feature to that card, or give this one another name."),
        )
    row = Competitor(
        product_id=product_id, name=name, name_key=name_key, url=url, positioning=positioning, author=author
    )
    session.add(row)
    session.flush()
    return row


def find_competitor(session: Session, product_id: int, name_key: str) -> Competitor | None:
    """The card of this name, gone ones included."""
    query = select(Competitor).where(Competitor.product_id == product_id, Competitor.name_key == name_key)
    return session.scalars(query).first()


def get_competitor(session: Session, competitor_id: int) -> Competitor:
    """One card. Raises UnknownName."""
    row = session.get(Competitor, competitor_id)
    if row is None:
        raise UnknownName(N_("competitor"), str(competitor_id), [])
    return row


def add_price(  # noqa: PLR0917  a row of the table
    session: Session, competitor_id: int, usd: str, unit: str, on: date, grade: str, source: str, author: str
) -> bool:
    """Append a price; False when the same was there already."""
    nano = to_nano(usd)
    same = (
        CompetitorPrice.competitor_id == competitor_id,
        CompetitorPrice.unit == unit,
        CompetitorPrice.on == on,
        CompetitorPrice.usd_nano == nano,
        CompetitorPrice.source == source,
    )
    if session.scalar(select(func.count()).select_from(CompetitorPrice).where(*same)):
        return False
    session.add(
        CompetitorPrice(
            competitor_id=competitor_id, unit=unit, usd_nano=nano, on=on, grade=grade, source=source, author=author
        )
    )
    session.flush()
    return True


def add_features(session: Session, competitor_id: int, answers: Mapping[str, str], author: str) -> int:
    """Append the answers that are new; returns how many."""
    known = features_of(session, [competitor_id]).get(competitor_id, {})
    new = {name: answer for name, answer in answers.items() if known.get(name) != answer}
    session.add_all(
        CompetitorFeature(competitor_id=competitor_id, feature=name, answer=answer, author=author)
        for name, answer in new.items()
    )
    session.flush()
    return len(new)


def features_of(session: Session, competitor_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The answers that count, by competitor and feature, in the order in which features were first named."""
    query = (
        select(CompetitorFeature)
        .where(CompetitorFeature.competitor_id.in_(competitor_ids))
        .order_by(CompetitorFeature.id)
    )
    found: dict[int, dict[str, str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.competitor_id, {})[row.feature] = row.answer
    return found


def let_go(session: Session, competitor: Competitor, *, gone: bool) -> None:
    """Say that it competes no more, or again. Its card and prices stay."""
    competitor.gone_at = now() if gone else None
    session.flush()


def count_competitors(session: Session, product_id: int) -> tuple[int, int]:
    """How many cards compete now, and how many there are at all."""
    here = func.count(Competitor.id).filter(Competitor.gone_at.is_(None))
    mine = (Competitor.product_id == product_id, Competitor.name_key != OURS)
    query = select(here, func.count(Competitor.id)).where(*mine)
    there, every = session.execute(query).one()
    return there, every
