"""What pages read of markets' sizes, competitors and users, and do about them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.store.reading import acts, view_by
from db.views import demand as views
from db.views.demand import BehaviourRow, CompetitorRow, Demand, Entry, PriceRow
from engine.entrypoints.actions import behaviour, brought, rivals, sizes
from engine.entrypoints.actions.behaviour import EventsSeen
from engine.interval import interval
from engine.market.attractiveness import Attractiveness, attractiveness
from engine.market.size import Given, MarketSize

if TYPE_CHECKING:
    from engine.market.adoption import Adoption

__all__ = ["BehaviourRow", "CompetitorRow", "Demand", "Entry", "EventsSeen", "MarketSize", "PriceRow"]


def demand(slug: str) -> Demand:
    """An idea's market sheet. Raises UnknownName."""
    found: Demand = view_by(views.demand, slug=slug)
    return found


def competitors(slug: str) -> tuple[CompetitorRow, ...]:
    """All cards of an idea, its own first, gone ones last. Raises UnknownName."""
    rows: tuple[CompetitorRow, ...] = view_by(views.competitors, slug=slug)
    return rows


def own_card(slug: str, rows: Sequence[CompetitorRow]) -> CompetitorRow:
    """The idea's own card; an empty one before the first feature was named."""
    name = demand(slug).name
    empty = CompetitorRow(0, name, "", "", "", datetime.now(UTC), None, ours=True, features={}, prices=())
    return next((row for row in rows if row.ours), empty)


cards_csv = rivals.cards_csv


def users(slug: str) -> BehaviourRow | None:
    """What an idea's users do; None before the first import. Raises UnknownName."""
    found: BehaviourRow | None = view_by(views.users, slug=slug)
    return found


def market_size(found: Demand) -> MarketSize:
    """Both approaches to a market's size, from the inputs that are current."""
    given = sizes.input_rows(found.figures)
    return _market_size(tuple((key, one.value, one.low, one.high) for key, one in given.items()))


def score(found: Demand) -> Attractiveness:
    """The parts of a market's score, from the figures that are current."""
    return attractiveness({key: interval(one.value, one.low, one.high) for key, one in found.figures.items()})


@st.cache_resource(max_entries=64, show_spinner=False)
def _market_size(given: tuple[tuple[str, float, float | None, float | None], ...]) -> MarketSize:
    from engine.market.size import market_size as compute

    return compute({key: Given(value, low, high) for key, value, low, high in given})


@st.cache_resource(max_entries=32, show_spinner=False)
def fit_curve(sales: tuple[float, ...], method: str, ahead: int) -> "Adoption":
    """A curve of adoption. Raises InputError."""
    return sizes.fit_curve(sales, method, ahead)


@st.cache_resource(max_entries=4, show_spinner=False)
def hosted_models() -> tuple[tuple[str, str], ...]:
    """Key and title of every hosted model of the price list."""
    from engine.market.hosted import hosted_models as listed

    return tuple((one.key, one.title) for one in listed())


parsed_sales = sizes.parsed_sales
keep_upload = brought.keep_upload
look_at_events = behaviour.look_at_events
has_sample_events = behaviour.has_sample_events
size_market = acts(sizes.size_market)
write_card = acts(rivals.write_card)
add_seen_price = acts(rivals.add_seen_price)
answer_features = acts(rivals.answer_features)
answer_own_features = acts(rivals.answer_own_features)
set_gone = acts(rivals.set_gone)
import_cards = acts(rivals.import_cards)
add_hosted = acts(rivals.add_hosted)
import_events = acts(behaviour.import_events)
import_sample_events = acts(behaviour.import_sample_events)
