"""What a business model is: a function from customers and their use to money, and the settings it asks for.

Arrays are numpy's, of shape (months, paths): a path is one possible future. A setting is a float, or an array of
shape (paths,) when it is uncertain; both combine with the arrays as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Array: TypeAlias = Any
"""A numpy array of float32."""
Terms: TypeAlias = Mapping[str, Any]
"""The settings of a model by name; numbers may be arrays of shape (paths,)."""


@dataclass(frozen=True, slots=True)
class Use:
    """Who is there and what they ask of the product, before anything is priced."""

    new: Array
    """Customers who began in the month."""
    customers: Array
    """Customers present in the month."""
    units: Array
    """Customers weighted by expansion: one who doubled its seats and their use counts twice."""
    requests: Array
    """Requests of one unit in a month, on average: shape (paths,) or a number."""
    deciles: Array
    """Requests of each tenth of the customers as a multiple of the average, lightest first: shape (tenths, 1 or paths).

    One row when a single kind of customer is looked at.
    """


@dataclass(frozen=True, slots=True)
class Earnings:
    """What a business model makes of the use; arrays of the shape of `Use.customers`."""

    revenue_usd: Array
    recurring_usd: Array
    """The part of the revenue that comes again next month if nobody leaves."""
    requests: Array
    """Requests that we serve and pay for; what runs on customers' machines is not ours."""
    paying: Array
    """Customers who are sent an invoice in the month."""
    supported: Array
    """Customers who get support, as multiples of one who pays."""
    direct_usd: Array | float = 0.0
    """What else grows with the sales: a partner's share, hours of work, an installation."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One plan of a price list: the share of customers who take it and the settings that make it the only one."""

    name: str
    share: float
    terms: Terms


@dataclass(frozen=True, slots=True)
class Start:
    """A value to start from: of the order that is common, from memory, unchecked."""

    value: float
    low: float | None = None
    high: float | None = None


def empty_settings(config: Any) -> tuple[str, ...]:
    """The settings that hold nothing: without them nothing is known."""
    return tuple(name for name in config.__dataclass_fields__ if getattr(config, name) is None)


@dataclass(frozen=True, slots=True)
class PricingModel:
    """A way of asking for money. It is additive: two groups of customers together earn what they earn apart."""

    name: str
    title: str
    summary: str
    """One or two plain sentences for somebody who has never set a price."""
    config: type
    """Frozen dataclass of settings. A price has no default: None stands for not known."""
    earn: Callable[[Terms, Use], Earnings]
    order: int
    """Place among the models, the plainest first."""
    starts: Mapping[str, Start]
    """Starting points for the settings that have no default; offered at a click, graded assumed."""
    needs: Callable[[Any], tuple[str, ...]] = empty_settings
    """Of a config, the settings that must be filled before anything is known."""
    check: Callable[[Any], None] = field(default=lambda config: None)
    """Raises InputError for settings that contradict each other."""
    tiers: Callable[[Terms], tuple[Tier, ...]] = field(default=lambda terms: ())
    """The plans of the price list; none when there is one price for all."""
    unit_price_per_1k_usd: Callable[[Terms], float | None] = field(default=lambda terms: None)
    """The lowest price of 1,000 further requests, to be held against what they cost; None when use is not priced."""
