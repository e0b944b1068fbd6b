"""Freemium: free up to an allowance, a subscription for those who want more."""

from dataclasses import dataclass

import numpy as np

from engine.business.usage import all_requests
from engine.errors import N_
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Tier, Use


@dataclass(frozen=True)
class Config:
    """Settings of a free plan beside a paid one."""

    sign_ups: float | None = setting(
        None,
        N_("Sign-ups against a plain subscription"),
        N_("How many begin for each who would begin a paid subscription."),
        minimum=0,
        unit="×",
    )
    paid_share: float | None = setting(
        None,
        N_("Users who pay"),
        N_("Share of the users present who have moved to the paid plan."),
        minimum=0,
        maximum=1,
    )
    price_usd_per_month: float | None = setting(
        None, N_("Price a month"), N_("Of the paid plan."), minimum=0, unit="US$"
    )
    free_requests: float | None = setting(
        None,
        N_("Free requests a month"),
        N_("What a free user may ask; more is refused until the next month."),
        minimum=0,
    )
    support_share: float = setting(
        0.0,
        N_("Support of a free user"),
        N_("As a share of what a paying customer gets."),
        minimum=0,
        maximum=1,
        advanced=True,
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """The paid plan's price; free users are served up to their allowance."""
    paid = terms["paid_share"]
    revenue = use.units * (paid * terms["price_usd_per_month"])
    allowed = np.mean(np.minimum(use.requests * use.deciles, terms["free_requests"]), axis=0)
    requests = all_requests(use) * paid + use.units * (allowed * (1 - paid))
    supported = use.customers * (paid + (1 - paid) * terms["support_share"])
    return Earnings(revenue, revenue, requests, use.customers * paid, supported)


def tiers(terms: Terms) -> tuple[Tier, ...]:
    """Those who pay and those who do not."""
    paid = float(terms["paid_share"])
    return (
        Tier(N_("Free plan"), 1 - paid, {**terms, "paid_share": 0.0}),
        Tier(N_("Paid plan"), paid, {**terms, "paid_share": 1.0}),
    )


PRICING = PricingModel(
    name="freemium",
    title=N_("Freemium"),
    summary=N_("Free up to an allowance; a part of the users pays for more."),
    config=Config,
    earn=earn,
    order=2,
    starts={
        "sign_ups": Start(6.0, 3.0, 12.0),
        "paid_share": Start(0.03, 0.01, 0.06),
        "price_usd_per_month": Start(29.0, 19.0, 39.0),
        "free_requests": Start(500.0),
    },
    tiers=tiers,
)
