"""What pages read of serving, buying and owning, and the one thing they write. Computing asks no database."""

from collections.abc import Sequence
from functools import cache

from dashboard.store.reading import acts, token, view_by
from engine.costs.rates.entry import RateEntry
from engine.costs.rates.lookup import find
from engine.entrypoints.actions import break_even, carbon, levers, ownership, serving_costs
from engine.entrypoints.actions.break_even import Answer, Question
from engine.entrypoints.actions.carbon import Carbon
from engine.entrypoints.actions.levers import Tested
from engine.entrypoints.actions.ownership import OwnershipCase
from engine.entrypoints.actions.serving_costs import ServingCase

__all__ = ["Answer", "Carbon", "OwnershipCase", "Question", "ServingCase", "Tested"]
SMALL_USD_PER_HOUR = 0.5

assume_ownership = acts(ownership.assume_ownership)
answer = break_even.answer
carbon_of = carbon.carbon_of
home_region = carbon.region


def serving_case(slug: str) -> ServingCase:
    """An idea's measured runs, texts and volume. Raises UnknownName."""
    case: ServingCase = view_by(serving_costs.serving_case, slug=slug)
    return case


def ownership_case(slug: str) -> OwnershipCase:
    """An idea's inputs of what owning it costs. Raises UnknownName."""
    case: OwnershipCase = view_by(ownership.ownership_case, slug=slug)
    return case


def measured_levers(slug: str) -> Tested:
    """Other finished runs of an idea, each tested against the one that leads on the same rows."""
    return _levers(slug, token())


@cache
def _levers(slug: str, _token: str) -> Tested:
    return levers.measured_levers(slug)


@cache
def rented_devices() -> Sequence[RateEntry]:
    """Small instances that may be rented by the hour, cheapest first; free ones are left out. Raises MissingPart."""
    return tuple(rate for rate in find("compute") if rate.region and 0 < float(rate.usd) < SMALL_USD_PER_HOUR)
