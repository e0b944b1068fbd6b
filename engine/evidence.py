"""Evidence: the measures there are, their grades, and how grades combine. Standard library only."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.errors import N_, UnknownName

Grade = Literal["measured", "quoted", "modelled", "assumed"]
GRADES: tuple[Grade, ...] = ("measured", "quoted", "modelled", "assumed")
"""Strongest first."""
Direction = Literal["higher", "lower", "none"]
Unit = Literal[
    "share",
    "usd",
    "usd_per_hour",
    "usd_per_month",
    "usd_per_year",
    "ms",
    "mb",
    "count",
    "count_per_month",
    "seconds",
    "months",
    "rate",
    "ratio",
    "kwh",
    "kg",
    "score",
]


@dataclass(frozen=True, slots=True)
class Measure:
    """An entry of the closed vocabulary."""

    key: str
    title: str
    unit: Unit
    direction: Direction
    help: str

    @property
    def group(self) -> str:
        """Subject of the measure: quality, cost, latency, ..."""
        return self.key.split(".")[0]


def _measures(*rows: tuple[str, str, Unit, Direction, str]) -> dict[str, Measure]:
    return {key: Measure(key, title, unit, direction, help) for key, title, unit, direction, help in rows}


QUALITY = _measures(
    ("quality.accuracy", N_("Accuracy"), "share", "higher", N_("Share of examples answered correctly.")),
    ("quality.f1_macro", N_("Macro F1"), "share", "higher", N_("F1 of each class, averaged with equal weight.")),
    (
        "quality.precision_macro",
        N_("Macro precision"),
        "share",
        "higher",
        N_("Of what was called a class, the share that was it; averaged over classes."),
    ),
    (
        "quality.recall_macro",
        N_("Macro recall"),
        "share",
        "higher",
        N_("Of each class, the share that was found; averaged over classes."),
    ),
)
CALIBRATION = _measures(
    (
        "quality.ece",
        N_("Calibration error"),
        "share",
        "lower",
        N_("How far the stated probability lies from the share that is right, on average over 15 bins (ECE)."),
    ),
)
SERVING = _measures(
    (
        "latency.p50_ms",
        N_("Latency, p50"),
        "ms",
        "lower",
        N_("Half of the single requests are answered within this time."),
    ),
    (
        "latency.p95_ms",
        N_("Latency, p95"),
        "ms",
        "lower",
        N_("95 of 100 single requests are answered within this time."),
    ),
    ("size.artifact_mb", N_("Size"), "mb", "lower", N_("Bytes of the files that are served, in millions.")),
    (
        "serving.rate_rps",
        N_("Requests a second"),
        "rate",
        "higher",
        N_("Highest measured rate at which p95 stays under the latency limit."),
    ),
)
COST = _measures(
    (
        "cost.training_usd",
        N_("Training, this run"),
        "usd",
        "lower",
        N_("Metered seconds of the run, all attempts, at the device's rate."),
    ),
    (
        "cost.per_1k_requests_usd",
        N_("Cost per 1,000"),
        "usd",
        "lower",
        N_(
            "Serving 1,000 requests at the highest measured rate and the stated utilisation, idle time paid. "
            "Measured in the process: HTTP comes on top."
        ),
    ),
    (
        "cost.device_usd_per_hour",
        N_("Device, one hour"),
        "usd_per_hour",
        "lower",
        N_("Dated rate of the device that served the measurement."),
    ),
    ("cost.spent_usd", N_("Spent so far"), "usd", "none", N_("All metered money of this idea.")),
)
MARKET = _measures(
    (
        "market.requests_per_month",
        N_("Requests a month"),
        "count_per_month",
        "higher",
        N_("Volume expected of all customers together."),
    ),
    ("market.customers", N_("Customers"), "count", "higher", N_("Paying customers expected.")),
)
ECONOMICS = _measures(
    (
        "economics.price_per_1k_usd",
        N_("Price per 1,000"),
        "usd",
        "higher",
        N_("What a customer pays for 1,000 requests."),
    ),
    (
        "economics.margin_per_1k_usd",
        N_("Margin per 1,000"),
        "usd",
        "higher",
        N_("Price minus serving cost of 1,000 requests."),
    ),
    ("economics.gross_margin", N_("Gross margin"), "share", "higher", N_("Share of the price that serving leaves.")),
    (
        "economics.break_even_requests_per_month",
        N_("Break-even volume"),
        "count_per_month",
        "lower",
        N_("Requests a month whose price pays for the serving devices they need, reserved for the whole month."),
    ),
)
# Of costs and their estimates.
MONEY = _measures(
    (
        "cost.api_per_1k_requests_usd",
        N_("API, per 1,000"),
        "usd",
        "lower",
        N_("What a hosted API charges for 1,000 requests: tokens a request x its price list."),
    ),
    (
        "cost.ownership_usd",
        N_("Cost of ownership"),
        "usd",
        "lower",
        N_("Data, labels, training, serving, storage, monitoring and staff over the stated months."),
    ),
    (
        "cost.kg_co2_per_1k_requests",
        N_("CO₂ per 1,000"),
        "kg",
        "lower",
        N_("Energy of serving 1,000 requests x carbon intensity of the region's grid."),
    ),
    (
        "cost.training_kg_co2",
        N_("CO₂ of training"),
        "kg",
        "lower",
        N_("Energy of the run, counted by the GPU's driver or power x time, x carbon intensity of the region's grid."),
    ),
    (
        "cost.actual_usd",
        N_("Spent in all"),
        "usd",
        "none",
        N_("All money of this idea: metered, invoiced and typed; an invoice takes the place of what was metered."),
    ),
)
# Of sizes, forecasts, competition and signals.
DEMAND = _measures(
    (
        "market.growth_per_year",
        N_("Market growth a year"),
        "share",
        "higher",
        N_("The mean of the next year by the stored forecast, against the mean of the last year that was seen."),
    ),
    ("market.buyers", N_("Buyers, all"), "count", "higher", N_("Who has the problem, within reach or not.")),
    ("market.reachable_buyers", N_("Buyers, reachable"), "count", "higher", N_("Those the planned product can serve.")),
    ("market.winnable_buyers", N_("Buyers, winnable"), "count", "higher", N_("Those to be won within three years.")),
    (
        "market.spend_per_buyer_usd_per_year",
        N_("Spend of one buyer"),
        "usd_per_year",
        "higher",
        N_("What one would pay."),
    ),
    (
        "market.trade_usd_per_year",
        N_("Spend of the trade"),
        "usd_per_year",
        "higher",
        N_("As a statistic or report says."),
    ),
    ("market.relevant_share", N_("Relevant share"), "share", "higher", N_("Of the trade's spend, for this problem.")),
    ("market.reachable_share", N_("Reachable share"), "share", "higher", N_("Of that, what the product can serve.")),
    ("market.winnable_share", N_("Winnable share"), "share", "higher", N_("Of that, to be won within three years.")),
    ("market.tam_usd_per_year", N_("Market, all (TAM)"), "usd_per_year", "higher", N_("What all buyers would spend.")),
    (
        "market.sam_usd_per_year",
        N_("Market, reachable (SAM)"),
        "usd_per_year",
        "higher",
        N_("What the product can serve."),
    ),
    (
        "market.som_usd_per_year",
        N_("Market, winnable (SOM)"),
        "usd_per_year",
        "higher",
        N_("To be won in three years."),
    ),
    (
        "market.conversion",
        N_("Conversion"),
        "share",
        "higher",
        N_("Of those who began the funnel, who ended it in order."),
    ),
    ("market.churn_per_month", N_("Churn a month"), "share", "lower", N_("Users of a month who never came back.")),
    ("market.competitors", N_("Competitors"), "count", "lower", N_("Those with a card that are still there.")),
    (
        "market.attractiveness",
        N_("Attractiveness"),
        "score",
        "higher",
        N_("Score of 0 to 100; what is unknown widens it."),
    ),
    (
        "market.obligations_open",
        N_("Obligations open"),
        "count",
        "lower",
        N_("Laws and rules of the checklist that apply to the idea and are not met yet; unclear ones count."),
    ),
    (
        "market.grants_usd",
        N_("Grants that may come in"),
        "usd",
        "higher",
        N_("Amounts that somebody typed for programmes; the low end is what is granted."),
    ),
)
# Of simulated businesses and of choices between ideas.
DECISION = _measures(
    (
        "economics.npv_usd",
        N_("Present value"),
        "usd",
        "higher",
        N_("Discounted result of 36 months less what building costs; median of the simulated futures, 90 % between."),
    ),
    (
        "economics.p_break_even_24m",
        N_("Breaks even in 24 months"),
        "share",
        "higher",
        N_("Share of the simulated futures with a month that pays for itself within two years."),
    ),
    (
        "economics.p_cash_out",
        N_("Cash runs out"),
        "share",
        "lower",
        N_("Share of the simulated futures in which the cash falls below 0 within 36 months."),
    ),
    (
        "economics.ltv_usd",
        N_("Value of a customer"),
        "usd",
        "higher",
        N_("LTV: discounted gross profit of a new customer until it has left."),
    ),
    (
        "economics.cac_usd",
        N_("Cost of a customer"),
        "usd",
        "lower",
        N_("CAC: spent on leads for each customer gained; staff is not in it."),
    ),
    (
        "economics.ltv_to_cac",
        N_("LTV over CAC"),
        "ratio",
        "higher",
        N_("What a customer is worth as a multiple of what winning it costs."),
    ),
    (
        "economics.payback_months",
        N_("Payback"),
        "months",
        "lower",
        N_("Months of gross profit that pay for winning a customer."),
    ),
    (
        "economics.p_best",
        N_("Chance to be best"),
        "share",
        "higher",
        N_("Share of the simulated futures in which no other idea is worth more, and which pay at all."),
    ),
)
MEASURES: dict[str, Measure] = QUALITY | CALIBRATION | SERVING | COST | MARKET | ECONOMICS | MONEY | DEMAND | DECISION


def measure(key: str) -> Measure:
    """One measure; raises UnknownName listing the known ones."""
    if key not in MEASURES:
        raise UnknownName(N_("measure"), key, list(MEASURES))
    return MEASURES[key]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure about one product, with everything needed to judge it."""

    measure: str
    value: float
    grade: Grade
    source_kind: Literal["run", "rate", "person", "model", "document"]
    source: str
    """A run id, a rate id, a person's name, or a model's name and version."""
    context: Mapping[str, Any]
    """Model, data set, device, volume, region ...: grades compete within one context only."""
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    note: str = ""
    inputs: tuple[int, ...] = ()
    """Ids of the evidence this was computed from."""
    method: str = ""

    def __post_init__(self) -> None:
        measure(self.measure)
        if self.grade not in GRADES:
            raise UnknownName(N_("grade"), self.grade, list(GRADES))


def weakest(grades: Iterable[Grade]) -> Grade:
    """The grade of a value computed from inputs of these grades.

    A computation over facts alone is modelled, never measured. Raises ValueError for no grades.
    """
    return max([*_nonempty(grades), "modelled"], key=GRADES.index)


def _nonempty(grades: Iterable[Grade]) -> list[Grade]:
    found = list(grades)
    if not found:
        raise ValueError("a grade needs at least one input")
    return found


def context_key(context: Mapping[str, Any]) -> str:
    """A short stable name of a context, equal for equal contents in any order."""
    canonical = json.dumps(context, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
