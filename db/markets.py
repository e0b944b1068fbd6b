"""Markets: add, find, link to ideas."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Market, ProductMarket
from engine.errors import N_, UnknownName

SLUG_LENGTH = 60
SHOWN = 10


def add_market(session: Session, name: str, note: str = "", *, slug: str | None = None, sample: bool = False) -> Market:
    """Add a market; its slug is made from the name and unique."""
    market = Market(slug=_unique_slug(session, slug or name), name=name, note=note, sample=sample)
    session.add(market)
    session.flush()
    return market


def _unique_slug(session: Session, name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).lower()
    base = re.sub(r"[\W_]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "market"
    taken = set(session.scalars(select(Market.slug).where(Market.slug.startswith(base, autoescape=True))))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def get_market(session: Session, slug: str) -> Market:
    """One market by its slug; raises UnknownName listing some of those there are."""
    market = session.scalars(select(Market).where(Market.slug == slug)).first()
    if market is None:
        known = session.scalars(select(Market.slug).order_by(Market.slug).limit(SHOWN))
        raise UnknownName(N_("market"), slug, list(known))
    return market


def list_markets(session: Session) -> list[Market]:
    """All markets, oldest first."""
    return list(session.scalars(select(Market).order_by(Market.id)))


def link_product(session: Session, market_id: int, product_id: int) -> None:
    """Let an idea be meant for a market; once is enough."""
    if session.get(ProductMarket, (product_id, market_id)) is None:
        session.add(ProductMarket(product_id=product_id, market_id=market_id))
        session.flush()


def unlink_product(session: Session, market_id: int, product_id: int) -> None:
    """Take the link back; nothing else is lost."""
    link = session.get(ProductMarket, (product_id, market_id))
    if link is not None:
        session.delete(link)
        session.flush()


def markets_of(session: Session, product_id: int) -> Sequence[Market]:
    """The markets of an idea, first linked first."""
    query = select(Market).join(ProductMarket).where(ProductMarket.product_id == product_id)
    return session.scalars(query.order_by(ProductMarket.created_at, Market.id)).all()


def products_of(session: Session, market_id: int) -> Sequence[int]:
    """Ids of the ideas that are meant for a market."""
    query = select(ProductMarket.product_id).where(ProductMarket.market_id == market_id)
    return session.scalars(query.order_by(ProductMarket.product_id)).all()
