"""Markets: unique slugs, links to ideas."""

import pytest

from db.markets import add_market, get_market, link_product, list_markets, markets_of, products_of, unlink_product
from db.session import session_scope
from engine.errors import UnknownName
from tests.rows import a_product


def test_slugs_are_made_of_names_of_any_script_and_numbered_when_taken(database: str) -> None:
    with session_scope() as session:
        slugs = [add_market(session, name).slug for name in ("Parcel insight", "Parcel insight", "包裹 市场", "!!")]
        assert slugs == ["parcel-insight", "parcel-insight-2", "包裹-市场", "market"]
        assert [market.slug for market in list_markets(session)] == slugs
        with pytest.raises(UnknownName, match="parcel-insight-2"):
            get_market(session, "nowhere")


def test_an_idea_may_have_several_markets_and_a_market_several_ideas(database: str) -> None:
    with session_scope() as session:
        one, two = a_product(session, "one"), a_product(session, "two")
        first, second = add_market(session, "First"), add_market(session, "Second")
        for market, product in ((first, one), (first, one), (second, one), (first, two)):
            link_product(session, market.id, product.id)
        assert [market.name for market in markets_of(session, one.id)] == ["First", "Second"]
        assert list(products_of(session, first.id)) == [one.id, two.id]
        unlink_product(session, first.id, one.id)
        assert [market.name for market in markets_of(session, one.id)] == ["Second"]
