"""What the cost of owning an idea is computed from. Evidence, a dated rate, typed, or empty."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.errors import N_, InputError, UnknownName
from engine.evidence import Grade
from engine.interval import Interval

Part = Literal["data", "labelling", "training", "serving", "storage", "monitoring", "staff"]
PARTS: tuple[Part, ...] = ("data", "labelling", "training", "serving", "storage", "monitoring", "staff")
PART_NAMES: Mapping[Part, str] = {
    "data": N_("Data"),
    "labelling": N_("Labelling"),
    "training": N_("Training"),
    "serving": N_("Serving"),
    "storage": N_("Storage"),
    "monitoring": N_("Monitoring"),
    "staff": N_("Staff"),
}
InputUnit = Literal["usd", "count", "share", "rate", "gb", "hours"]
LEAST_MONTHS, MOST_MONTHS = 12, 36
ABOVE = N_("“{label}” must be above 0 and at most {maximum}, not {value}.")
AT_LEAST = N_("“{label}” must be at least 0 and at most {maximum}, not {value}.")


@dataclass(frozen=True, slots=True)
class InputKind:
    """One input: what it means and what it may be."""

    name: str
    title: str
    unit: InputUnit
    help: str
    maximum: float = 1e15
    above_zero: bool = False
    saves: bool = False
    """More of it costs less, as a faster model does."""


def _kinds(*rows: InputKind) -> dict[str, InputKind]:
    return {kind.name: kind for kind in rows}


INPUTS: Mapping[str, InputKind] = _kinds(
    InputKind("data_usd", N_("Getting the data"), "usd", N_("Bought, licensed or collected, once.")),
    InputKind("labels", N_("Labels to begin with"), "count", N_("Rows that people label before the first training.")),
    InputKind("label_usd", N_("One label"), "usd", N_("What a labelled row costs.")),
    InputKind(
        "labels_per_retraining",
        N_("New labels a retraining"),
        "count",
        N_("Rows labelled anew before each retraining."),
    ),
    InputKind("training_usd", N_("One training run"), "usd", N_("Metered money of the run that leads.")),
    InputKind("tries", N_("Runs a training"), "count", N_("Runs until one is good enough, each time.")),
    InputKind("retrainings_per_year", N_("Retrainings a year"), "count", N_("After the first training."), 366.0),
    InputKind("requests_per_month", N_("Requests a month"), "count", N_("In the first month."), above_zero=True),
    InputKind("growth_per_month", N_("Growth a month"), "share", N_("Of the requests: 0.05 is 5 % a month."), 1.0),
    InputKind("usd_per_hour", N_("Device, one hour"), "usd", N_("Reserved all month.")),
    InputKind(
        "rate_rps",
        N_("Requests a second"),
        "rate",
        N_("Of one device within the latency limit."),
        above_zero=True,
        saves=True,
    ),
    InputKind(
        "utilisation",
        N_("Utilisation"),
        "share",
        N_("Share of the month in which a device may answer."),
        1.0,
        True,
        True,
    ),
    InputKind("api_usd_per_1k", N_("API, per 1,000"), "usd", N_("Where the answers are bought.")),
    InputKind("storage_gb", N_("Stored"), "gb", N_("Data, models and logs, in billions of bytes.")),
    InputKind("storage_usd_gb_month", N_("A GB for a month"), "usd", N_("Price of storage.")),
    InputKind(
        "monitoring_hours", N_("Monitoring, hours a month"), "hours", N_("Looking after what is live."), 10_000.0
    ),
    InputKind("staff_hours", N_("Other staff, hours a month"), "hours", N_("Building, support, sales."), 100_000.0),
    InputKind("hour_usd", N_("An hour of work"), "usd", N_("Pay and what an employer pays on top.")),
)


@dataclass(frozen=True, slots=True)
class Given:
    """An input that is known."""

    name: str
    figure: Interval
    grade: Grade
    source: str
    evidence_id: int | None = None
    """Its row in the ledger, where it is one."""
    source_kind: str = ""
    """Of that row: what its source is."""


def checked_input(name: str, value: float, low: float | None, high: float | None) -> Interval:
    """A typed input with its ends. Raises UnknownName, or InputError naming the rule and the value."""
    if name not in INPUTS:
        raise UnknownName(N_("input"), name, list(INPUTS))
    kind = INPUTS[name]
    figures = (value, value if low is None else low, value if high is None else high)
    for figure in figures:
        if not math.isfinite(figure) or figure < 0 or figure > kind.maximum or (kind.above_zero and figure == 0):
            rule = ABOVE if kind.above_zero else AT_LEAST
            raise InputError(rule, label=kind.title, maximum=f"{kind.maximum:g}", value=figure)
    if not figures[1] <= value <= figures[2]:
        raise InputError(
            N_("{label}: {value} must lie between {low} and {high}."),
            label=kind.title,
            value=value,
            low=figures[1],
            high=figures[2],
        )
    return Interval(*figures)


def checked_months(months: int) -> int:
    """12 to 36. Raises InputError."""
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise InputError(
            N_("The months must be {low} to {high}, not {value}."), low=LEAST_MONTHS, high=MOST_MONTHS, value=months
        )
    return months
