"""Platform: sold through somebody's marketplace, which keeps a share."""

from dataclasses import dataclass

from engine.business.usage import all_requests
from engine.errors import N_
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Use


@dataclass(frozen=True)
class Config:
    """Settings of sales through a platform."""

    price_usd_per_month: float | None = setting(
        None, N_("Price a month"), N_("What the customer pays the platform."), minimum=0, unit="US$"
    )
    platform_share: float | None = setting(
        None, N_("The platform keeps"), N_("Share of what the customer pays."), minimum=0, maximum=1
    )
    sign_ups: float | None = setting(
        None,
        N_("Sign-ups against a plain subscription"),
        N_("A marketplace brings more of them, and they compare more."),
        minimum=0,
        unit="×",
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """Revenue is what customers pay; the platform's share is a cost of each sale."""
    revenue = use.units * terms["price_usd_per_month"]
    kept = revenue * terms["platform_share"]
    return Earnings(revenue, revenue, all_requests(use), use.customers, use.customers, kept)


PRICING = PricingModel(
    name="platform",
    title=N_("Platform, revenue share"),
    summary=N_("Sold in a marketplace that brings customers and keeps a share of what they pay."),
    config=Config,
    earn=earn,
    order=7,
    starts={
        "price_usd_per_month": Start(29.0, 19.0, 39.0),
        "platform_share": Start(0.2, 0.15, 0.3),
        "sign_ups": Start(1.5, 1.0, 2.5),
    },
)
