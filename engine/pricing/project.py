"""Project work: the product is built into each customer's own, for a fee, and cared for after."""

from dataclasses import dataclass

from engine.business.usage import all_requests
from engine.errors import N_
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Use


@dataclass(frozen=True)
class Config:
    """Settings of project work."""

    fee_usd: float | None = setting(
        None, N_("Fee of a project"), N_("Paid when the project begins."), minimum=0, unit="US$"
    )
    work_usd: float | None = setting(
        None, N_("Work in a project"), N_("Hours that it takes, at what they cost us."), minimum=0, unit="US$"
    )
    care_usd_per_month: float | None = setting(
        None, N_("Care a month"), N_("Paid while the customer stays; 0 when nothing follows."), minimum=0, unit="US$"
    )
    sign_ups: float | None = setting(
        None,
        N_("Sign-ups against a plain subscription"),
        N_("How many order a project for each who would begin a subscription."),
        minimum=0,
        unit="×",
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """Fee and work once, care each month."""
    recurring = use.units * terms["care_usd_per_month"]
    revenue = use.new * terms["fee_usd"] + recurring
    invoices = use.new + use.customers
    return Earnings(revenue, recurring, all_requests(use), invoices, use.customers, use.new * terms["work_usd"])


PRICING = PricingModel(
    name="project",
    title=N_("Project work"),
    summary=N_("Built into each customer's own systems for a fee, then cared for each month."),
    config=Config,
    earn=earn,
    order=8,
    starts={
        "fee_usd": Start(12_000.0, 6_000.0, 25_000.0),
        "work_usd": Start(8_000.0, 4_000.0, 18_000.0),
        "care_usd_per_month": Start(200.0, 0.0, 500.0),
        "sign_ups": Start(0.05, 0.02, 0.12),
    },
)
