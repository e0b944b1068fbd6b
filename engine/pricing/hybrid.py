"""Hybrid: a subscription with an allowance, and a price for what goes beyond."""

from dataclasses import dataclass

from engine.business.usage import above, all_requests
from engine.errors import N_
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Use


@dataclass(frozen=True)
class Config:
    """Settings of a subscription with overage."""

    price_usd_per_month: float | None = setting(
        None, N_("Price a month"), N_("With the allowance in it."), minimum=0, unit="US$"
    )
    included_requests: float | None = setting(None, N_("Requests included"), N_("A month, in the price."), minimum=0)
    overage_usd_per_1k: float | None = setting(
        None, N_("Price of 1,000 more"), N_("Beyond the allowance."), minimum=0, unit="US$"
    )
    sign_ups: float = setting(
        1.0,
        N_("Sign-ups against a plain subscription"),
        N_("How many begin for each who would begin a subscription; 1 claims no difference."),
        minimum=0,
        unit="×",
        advanced=True,
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """The fixed price, and overage from those who ask more."""
    overage = above(use, terms["included_requests"]) * (terms["overage_usd_per_1k"] / 1000)
    revenue = use.units * terms["price_usd_per_month"] + overage
    return Earnings(revenue, revenue, all_requests(use), use.customers, use.customers)


PRICING = PricingModel(
    name="hybrid",
    title=N_("Subscription with overage"),
    summary=N_("A monthly price with an allowance in it; heavy users pay for what goes beyond."),
    config=Config,
    earn=earn,
    order=5,
    starts={
        "price_usd_per_month": Start(39.0, 29.0, 59.0),
        "included_requests": Start(10_000.0),
        "overage_usd_per_1k": Start(0.8, 0.4, 1.2),
    },
    unit_price_per_1k_usd=lambda terms: float(terms["overage_usd_per_1k"]),
)
