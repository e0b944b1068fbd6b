"""What a simulated business is told: the inputs there are, with their units and limits. Words: docs/business.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import N_, UnknownName
from engine.evidence import Unit

CHANNELS = ("organic", "paid", "sales")
CHANNEL_TITLES = {"organic": N_("Organic"), "paid": N_("Advertising"), "sales": N_("Sales")}
GROUPS = (N_("Acquisition"), N_("Customers"), N_("Cost to serve"), N_("Running cost and cash"), N_("Customer's side"))


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `shared` ones are the same for every idea, such as what payments cost."""

    key: str
    title: str
    unit: Unit
    group: str
    help: str
    minimum: float = 0.0
    maximum: float | None = None
    above_minimum: bool = False
    """The minimum itself is refused."""
    optional: bool = False
    """Empty has a meaning of its own, told in `help`."""
    shared: bool = False
    evidence: str = ""
    """Measure that fills it when nobody typed."""


def _channel(name: str) -> list[Input]:
    group = GROUPS[0]
    return [
        Input(
            f"{name}.leads_per_month",
            N_("Leads a month"),
            "count_per_month",
            group,
            N_("People who hear of the product through this channel in the first month; empty when it is not used."),
            optional=True,
        ),
        Input(
            f"{name}.cost_per_lead_usd",
            N_("Cost of a lead"),
            "usd",
            group,
            N_("Spent for one of them: clicks, or hours of selling. 0 when they come by themselves."),
            optional=True,
        ),
        Input(
            f"{name}.conversion",
            N_("Leads who begin"),
            "share",
            group,
            N_("Share of them who begin a subscription or a trial."),
            maximum=1.0,
            optional=True,
            evidence="market.conversion",
        ),
    ]


_ROWS = [
    *(row for channel in CHANNELS for row in _channel(channel)),
    Input(
        "lead_growth_per_month",
        N_("Growth of leads a month"),
        "share",
        GROUPS[0],
        N_("0 when as many come each month; negative when fewer do."),
        minimum=-0.5,
        maximum=1.0,
    ),
    Input(
        "activation",
        N_("Who begin and stay"),
        "share",
        GROUPS[1],
        N_("Share of those who begin that get to use it and become customers."),
        maximum=1.0,
    ),
    Input(
        "churn_per_month",
        N_("Churn a month"),
        "share",
        GROUPS[1],
        N_("Share of the customers who leave in a month. 0 would mean that nobody ever leaves: it is refused."),
        maximum=1.0,
        above_minimum=True,
        evidence="market.churn_per_month",
    ),
    Input(
        "early_churn_per_month",
        N_("Churn in the first 3 months"),
        "share",
        GROUPS[1],
        N_("Of each cohort, in its first three months; empty when it is the same as later."),
        maximum=1.0,
        above_minimum=True,
        optional=True,
    ),
    Input(
        "expansion_per_month",
        N_("Expansion a month"),
        "share",
        GROUPS[1],
        N_("By how much the seats and the use of those who stay grow."),
        minimum=-0.2,
        maximum=0.5,
    ),
    Input(
        "requests_per_customer",
        N_("Requests of a customer"),
        "count_per_month",
        GROUPS[1],
        N_("A month, on average of all customers."),
    ),
    Input(
        "top_tenth_share",
        N_("Asked by the heaviest tenth"),
        "share",
        GROUPS[1],
        N_("Share of all requests made by the heaviest tenth of the customers: 10% when all ask alike."),
        minimum=0.1,
        maximum=0.95,
    ),
    Input(
        "realised_price",
        N_("Paid of the list price"),
        "share",
        GROUPS[1],
        N_("After discounts; empty when everybody pays the list price."),
        maximum=1.5,
        optional=True,
    ),
    Input(
        "cost_per_1k_usd",
        N_("Serving 1,000 requests"),
        "usd",
        GROUPS[2],
        N_("From the measured serving curve at its stated utilisation."),
        evidence="cost.per_1k_requests_usd",
    ),
    Input(
        "device_usd_per_hour",
        N_("Device, one hour"),
        "usd_per_hour",
        GROUPS[2],
        N_("Needed when whole devices are reserved."),
        optional=True,
        evidence="cost.device_usd_per_hour",
    ),
    Input(
        "device_rps",
        N_("Requests a second of a device"),
        "rate",
        GROUPS[2],
        N_("Highest measured rate within the latency limit; needed when whole devices are reserved."),
        above_minimum=True,
        optional=True,
        evidence="serving.rate_rps",
    ),
    Input(
        "support_usd_per_customer",
        N_("Support of a customer"),
        "usd_per_month",
        GROUPS[2],
        N_("A month: minutes of support at what they cost."),
    ),
    Input(
        "payment_fee_share",
        N_("Payment fee"),
        "share",
        GROUPS[2],
        N_("Share of the revenue that the payment provider keeps."),
        maximum=0.5,
        shared=True,
    ),
    Input(
        "payment_fee_usd",
        N_("Fee of an invoice"),
        "usd",
        GROUPS[2],
        N_("What the payment provider takes of each invoice beside its share; empty when nothing."),
        optional=True,
        shared=True,
    ),
    Input(
        "staff_usd_per_month",
        N_("Staff"),
        "usd_per_month",
        GROUPS[3],
        N_("Salaries with what they bring along, from the first month; later hires stand below."),
    ),
    Input(
        "fixed_usd_per_month",
        N_("Other running cost"),
        "usd_per_month",
        GROUPS[3],
        N_("Rent, tools, law, accounting: whatever does not depend on the customers."),
    ),
    Input("build_usd", N_("To build it"), "usd", GROUPS[3], N_("Spent before the first customer.")),
    Input(
        "cash_usd",
        N_("Cash in hand"),
        "usd",
        GROUPS[3],
        N_("At the start; without it nobody knows whether the cash runs out."),
        optional=True,
    ),
    Input(
        "discount_per_year",
        N_("Discount rate a year"),
        "share",
        GROUPS[3],
        N_("What a year of waiting for a dollar costs."),
        maximum=1.0,
        shared=True,
    ),
    Input(
        "hours_saved_per_customer",
        N_("Hours saved"),
        "count_per_month",
        GROUPS[4],
        N_("Hours of work that a customer saves in a month; empty when nobody knows."),
        optional=True,
    ),
    Input(
        "customer_usd_per_hour",
        N_("An hour of theirs"),
        "usd_per_hour",
        GROUPS[4],
        N_("What an hour of that work costs the customer."),
        optional=True,
    ),
]
INPUTS: Mapping[str, Input] = {row.key: row for row in _ROWS}


def input_of(key: str) -> Input:
    """One input; raises UnknownName listing the known ones."""
    if key not in INPUTS:
        raise UnknownName(N_("input"), key, list(INPUTS))
    return INPUTS[key]
