"""Licence: sold once, installed on the customer's machines, with yearly maintenance."""

from dataclasses import dataclass

from engine.errors import N_
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Use


@dataclass(frozen=True)
class Config:
    """Settings of a licence on customers' own machines."""

    licence_usd: float | None = setting(
        None, N_("Licence"), N_("Paid once, when the customer begins."), minimum=0, unit="US$"
    )
    maintenance_share: float | None = setting(
        None,
        N_("Maintenance a year"),
        N_("As a share of the licence, paid while the customer stays."),
        minimum=0,
        maximum=1,
    )
    installation_usd: float | None = setting(
        None, N_("Installation costs us"), N_("Hours and travel for one customer."), minimum=0, unit="US$"
    )
    sign_ups: float | None = setting(
        None,
        N_("Sign-ups against a plain subscription"),
        N_("How many buy a licence for each who would begin a subscription."),
        minimum=0,
        unit="×",
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """The licence once and a twelfth of the maintenance each month; the customer pays for the machines."""
    once = use.new * terms["licence_usd"]
    recurring = use.units * (terms["licence_usd"] * terms["maintenance_share"] / 12)
    return Earnings(
        once + recurring,
        recurring,
        0 * use.customers,
        use.new + use.customers / 12,
        use.customers,
        use.new * terms["installation_usd"],
    )


PRICING = PricingModel(
    name="licence",
    title=N_("Licence, on premises"),
    summary=N_("Sold once and installed at the customer's, who pays for the machines; maintenance each year."),
    config=Config,
    earn=earn,
    order=6,
    starts={
        "licence_usd": Start(4000.0, 2000.0, 8000.0),
        "maintenance_share": Start(0.18, 0.15, 0.22),
        "installation_usd": Start(900.0, 500.0, 2000.0),
        "sign_ups": Start(0.1, 0.04, 0.25),
    },
)
