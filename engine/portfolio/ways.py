"""How a missing or weak figure comes in: by a run that a click queues, or at a place where a person brings it.

Standard library only. A run is named here only where one of this product measures the figure or tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.business.inputs import INPUTS
from engine.errors import N_
from engine.evidence import MEASURES, measure

TEACH, SMALLER, FORECAST, LIFETIME = "teach", "smaller", "forecast", "lifetime"
BY_RUN = ("quality", "latency", "size", "serving")
"""Subjects that every run of an idea measures."""
ALSO_BY_RUN = ("cost.per_1k_requests_usd", "cost.training_usd")
LESS_WHEN_SMALLER = ("latency", "size", "serving", "cost")
GROWTH, LEADS_GROWTH = "market.growth_per_year", "lead_growth_per_month"
PURCHASES = "purchases"
"""Stands for how long customers stay, of an idea whose purchases were brought and not fitted."""
CHURN, USE = ("churn_per_month", "early_churn_per_month"), ("requests_per_customer", "top_tenth_share")
EVENTS = ("activation",)

NO_DATA = N_("A run measures it, but the idea has no examples to learn from yet.")
NO_SERIES = N_("A forecast tells of it, but no series speaks for the idea’s market yet.")
BY_CUSTOMERS = N_("No run measures it: only what customers did tells, as a table of subscriptions or invoices.")
BY_EVENTS = N_("No run measures it: only what people did tells, as a table of events, or a trial with some of them.")
BROUGHT = N_("A table that was brought tells it: the scenario does not use what was seen yet.")
PRICED = N_("No run measures a price: a dated rate with its source does.")
FORECAST_KNOWN = N_("The market’s growth is forecast already; how far leads follow it is yours to say.")
TRIAL = N_("No run measures it: a small campaign does. Type what came of it.")
FEES = N_("No run measures it: the price list of your payment provider says it.")
BOOKS = N_("No run measures it: offers, pay slips and invoices say it.")
MINUTES = N_("No run measures it: count the minutes of one month.")
ASK = N_("No run measures it: ask customers, or watch them work.")
CHOICE = N_("No run measures it: it is a choice, what your money would earn elsewhere.")
PRICES = N_("No run measures it: a price is chosen, and offers to customers tell whether they pay it.")
KNOW = N_("No run measures it: ask those who know, then type nearer ends.")

_TYPED: Mapping[str, str] = {
    "leads_per_month": TRIAL,
    "cost_per_lead_usd": TRIAL,
    "realised_price": BOOKS,
    "support_usd_per_customer": MINUTES,
    "payment_fee_share": FEES,
    "payment_fee_usd": FEES,
    "staff_usd_per_month": BOOKS,
    "fixed_usd_per_month": BOOKS,
    "build_usd": BOOKS,
    "cash_usd": BOOKS,
    "discount_per_year": CHOICE,
    "hours_saved_per_customer": ASK,
    "customer_usd_per_hour": ASK,
}
"""Why no run measures an input, by its key without the channel."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is there of an idea, as far as it decides how figures come in."""

    has_data: bool = False
    live_run: str = ""
    """A run of the idea that waits or is at work."""
    source_run: str = ""
    """A finished run whose network can be stored in 8 bits, and was not yet."""
    series: tuple[int, ...] = ()
    """Series that speak for its markets."""
    is_forecast: bool = False
    """Whether the newest points of all of them were continued already."""
    tells_churn: bool = False
    tells_use: bool = False
    """Whether a brought table tells churn and use."""
    to_fit: int | None = None
    """Brought purchases that no lifetime was fitted to."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way; exactly one of `run` and `page` is said."""

    run: str = ""
    """`teach`, `smaller`, `forecast` or `lifetime`."""
    page: str = ""
    """Where a person brings it; `type` is the form that stands on the plan itself."""
    why: str = ""
    """Why no run does."""


def monthly_growth(share_a_year: float) -> float:
    """A growth of a year as the same growth of each of its months."""
    return float(max(0.0, 1 + share_a_year) ** (1 / 12) - 1)


def run_supplies(key: str) -> bool:
    """Whether a training run of the idea measures this."""
    return bool(key) and (measure(key).group in BY_RUN or key in ALSO_BY_RUN)


def ways_of(key: str, supplied_by: str, facts: Facts) -> tuple[Way, ...]:
    """Every way to a figure, the best first.

    key: an input of the business, `model.setting`, or a measure; supplied_by: the measure behind an input, "" for none.
    """
    found = tuple(_of_measure(supplied_by or key, facts)) or _of_input(key, supplied_by, facts)
    typed = key in INPUTS or _is_setting(key)
    return (*found, Way(page="type")) if typed and all(way.page != "type" for way in found) else found


def _of_measure(key: str, facts: Facts) -> list[Way]:
    """By what a run of the product tells."""
    if key == PURCHASES:
        return [Way(LIFETIME)]
    if key in (GROWTH, LEADS_GROWTH):
        if not facts.series:
            return [Way(page="forecasts", why=NO_SERIES)]
        return [Way(page="type", why=FORECAST_KNOWN)] if facts.is_forecast else [Way(FORECAST)]
    if key not in INPUTS and not _is_setting(key) and run_supplies(key):
        if not facts.has_data:
            return [Way(page="data", why=NO_DATA)]
        smaller = facts.source_run and measure(key).group in LESS_WHEN_SMALLER
        return [Way(TEACH), Way(SMALLER)] if smaller else [Way(TEACH)]
    return []


def _of_input(key: str, supplied_by: str, facts: Facts) -> tuple[Way, ...]:
    """By what a person brings."""
    if key in CHURN:
        return (Way(page="unit_economics", why=BROUGHT if facts.tells_churn else BY_CUSTOMERS),)
    if key in USE:
        return (Way(page="unit_economics", why=BROUGHT if facts.tells_use else BY_CUSTOMERS),)
    if supplied_by.startswith("market.") or key in EVENTS:
        return (Way(page="users", why=BY_EVENTS),)
    if supplied_by.startswith("cost."):
        return (Way(page="rates", why=PRICED),)
    if _is_setting(key):
        return (Way(page="type", why=PRICES),)
    return (Way(page="type", why=_TYPED.get(key.rpartition(".")[2], KNOW)),)


def _is_setting(key: str) -> bool:
    """Whether it is a setting of a business model, `model.setting`."""
    return "." in key and key not in INPUTS and key not in MEASURES
