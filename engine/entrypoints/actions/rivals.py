"""Competitors: cards, prices and features, typed, brought as a table, or taken from the list of hosted models."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from db.base import now
from db.competitors import (
    add_competitor,
    add_features,
    add_price,
    find_competitor,
    get_competitor,
    let_go,
    own_card,
)
from db.models import Competitor
from db.products import get_product
from db.session import in_transaction
from db.views.demand import CompetitorRow
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, TEXT_LENGTH, checked_text
from engine.entrypoints.actions.figures import recompute_product
from engine.errors import N_, InputError
from engine.market.competition import Card, Price, checked_features, checked_price, name_key, read_cards, write_cards

WEB = ("http://", "https://")


def write_card(
    slug: str,
    name: str,
    author: str,
    *,
    url: str = "",
    positioning: str = "",
    features: Mapping[str, str] | None = None,
    price: tuple[object, str, date, str] | None = None,
) -> int:
    """Write down a competitor of an idea; returns its id. `price` is usd, unit, day, source.

    Raises InputError for a name that this idea's competitors have already.
    """
    asked = () if price is None else (checked_price(*price, today=now().date()),)
    card = Card(name, url, positioning, asked, features or {})
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> int:
        product = get_product(session, slug)
        row = _add(session, product.id, card, who)
        recompute_product(session, product)
        return row.id

    return in_transaction(work)


def _add(session: Session, product_id: int, card: Card, author: str) -> Competitor:
    row = add_competitor(
        session,
        product_id,
        name=checked_text(N_("The name"), card.name, NAME_LENGTH),
        name_key=name_key(card.name),
        url=_checked_url(card.url),
        positioning=checked_text(N_("The positioning"), card.positioning, TEXT_LENGTH, required=False),
        author=author,
    )
    _fill(session, row, card, author)
    return row


def _fill(session: Session, row: Competitor, card: Card, author: str) -> None:
    for price in card.prices:
        _price(session, row.id, price, author)
    add_features(session, row.id, checked_features(card.features), author)


def _price(session: Session, competitor_id: int, price: Price, author: str) -> bool:
    return add_price(session, competitor_id, str(price.usd), price.unit, price.on, price.grade, price.source, author)


def _checked_url(url: str) -> str:
    """An address of the web, or nothing: no page may lead into scripts or files."""
    clean = checked_text(N_("The address"), url, LINE_LENGTH, required=False)
    if clean and not clean.lower().startswith(WEB):
        raise InputError(N_("An address begins with https:// or http://, not like “{value}”."), value=clean[:60])
    return clean


def add_seen_price(competitor_id: int, usd: object, unit: str, on: date, *, source: str, author: str) -> bool:
    """Append a price to a competitor's history; False when it was there already."""
    price = checked_price(usd, unit, on, source, today=now().date())
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    return in_transaction(lambda session: _price(session, get_competitor(session, competitor_id).id, price, who))


def answer_features(competitor_id: int, answers: Mapping[str, str], author: str) -> int:
    """Say which features a competitor has; returns how many answers were new."""
    found = checked_features(answers)
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    return in_transaction(lambda session: add_features(session, get_competitor(session, competitor_id).id, found, who))


def answer_own_features(slug: str, answers: Mapping[str, str], author: str) -> int:
    """Say which features the idea itself will have; returns how many answers were new."""
    found = checked_features(answers)
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> int:
        product = get_product(session, slug)
        return add_features(session, own_card(session, product.id, product.name, who).id, found, who)

    return in_transaction(work)


def set_gone(slug: str, competitor_id: int, *, gone: bool) -> None:
    """Say that a competitor is gone, or there again; it is counted no more, or again."""

    def work(session: Session) -> None:
        product = get_product(session, slug)
        row = get_competitor(session, competitor_id)
        if row.product_id != product.id:
            raise InputError(N_("“{name}” is no competitor of this idea."), name=row.name)
        let_go(session, row, gone=gone)
        recompute_product(session, product)

    in_transaction(work)


def import_cards(slug: str, path: Path | str, author: str) -> int:
    """Add the competitors of a table, or what it says more of those there are; returns how many rows were new cards.

    Raises DataError naming the line; nothing is written then.
    """
    cards = read_cards(Path(path), now().date())
    return _store(slug, cards, author)


def cards_csv(rows: Sequence[CompetitorRow]) -> bytes:
    """The competitors, without the idea's own card, as a table that can be brought in again."""
    return write_cards(
        [
            Card(
                row.name,
                row.url,
                row.positioning,
                tuple(Price(price.usd, price.unit, price.on, price.source) for price in row.prices),
                row.features,
            )
            for row in rows
            if not row.ours
        ]
    )


def add_hosted(slug: str, key: str, author: str) -> int:
    """Add a hosted model of the price list as a quoted competitor, with the prices it had; 0 when it was there."""
    from engine.market.hosted import hosted_prices

    model, prices = hosted_prices(key, now().date())
    return _store(slug, [Card(model.title[:NAME_LENGTH], _web_only(model.pricing_url), "", prices)], author)


def _web_only(url: str) -> str:
    return url if url.lower().startswith(WEB) else ""


def _store(slug: str, cards: "list[Card]", author: str) -> int:
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> int:
        product = get_product(session, slug)
        new = 0
        for card in cards:
            known = find_competitor(session, product.id, name_key(card.name))
            if known is None:
                _add(session, product.id, card, who)
                new += 1
            else:
                _fill(session, known, card, who)
        recompute_product(session, product)
        return new

    return in_transaction(work)
