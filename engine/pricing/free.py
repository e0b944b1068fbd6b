"""Free: nobody pays; advertising pays for views, or nothing does."""

from dataclasses import dataclass

from engine.business.usage import all_requests
from engine.errors import N_
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Use


@dataclass(frozen=True)
class Config:
    """Settings of a free product."""

    sign_ups: float | None = setting(
        None,
        N_("Sign-ups against a plain subscription"),
        N_("How many begin for each who would begin a paid subscription."),
        minimum=0,
        unit="×",
    )
    advertising_usd_per_1k: float = setting(
        0.0,
        N_("Advertising for 1,000 requests"),
        N_("What advertisers pay for the views beside 1,000 answers. 0 when there is no advertising."),
        minimum=0,
        unit="US$",
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
    """Advertising alone."""
    requests = all_requests(use)
    revenue = requests * (terms["advertising_usd_per_1k"] / 1000)
    return Earnings(revenue, revenue, requests, 0 * requests, use.customers * terms["support_share"])


PRICING = PricingModel(
    name="free",
    title=N_("Free"),
    summary=N_("Nobody pays. Advertising may; serving is paid from your cash."),
    config=Config,
    earn=earn,
    order=1,
    starts={"sign_ups": Start(8.0, 4.0, 15.0)},
    unit_price_per_1k_usd=lambda terms: float(terms["advertising_usd_per_1k"]),
)
