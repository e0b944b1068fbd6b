"""The sum over the months, part by part; plain arithmetic, so that a slider is answered at once.

Formulas: docs/ownership.md. The ends of a part take every input at its cheapest or its dearest end, worst with worst.
What lacks an input is unknown and says which; the total then counts what is known and says so.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.business.margin import HOURS_PER_MONTH, SECONDS_PER_MONTH
from engine.costs.ownership.inputs import INPUTS, PARTS, Given, Part, checked_months
from engine.evidence import Grade, weakest
from engine.interval import Interval

Values = Mapping[str, float]
OWN, API = "own", "api"
NEEDS: Mapping[Part, tuple[str, ...]] = {
    "data": ("data_usd",),
    "labelling": ("labels", "label_usd", "labels_per_retraining", "retrainings_per_year"),
    "training": ("training_usd", "tries", "retrainings_per_year"),
    "serving": ("requests_per_month", "growth_per_month", "usd_per_hour", "rate_rps", "utilisation"),
    "storage": ("storage_gb", "storage_usd_gb_month"),
    "monitoring": ("monitoring_hours", "hour_usd"),
    "staff": ("staff_hours", "hour_usd"),
}
BOUGHT = ("requests_per_month", "growth_per_month", "api_usd_per_1k")


@dataclass(frozen=True, slots=True)
class PartCost:
    """One part of the whole."""

    part: Part
    usd: Interval | None
    """None where something is missing."""
    grade: Grade | None
    missing: tuple[str, ...]
    """Names of the inputs that are empty."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What one input moves when it alone goes to its ends."""

    name: str
    at_low: float
    at_high: float
    """Total USD with the input at its low and at its high end."""

    @property
    def width(self) -> float:
        """How far apart both are."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the months cost."""

    months: int
    served_by: str
    """own or api."""
    parts: tuple[PartCost, ...]
    known: Interval
    """Sum of the parts that are known."""
    grade: Grade | None
    swings: tuple[Swing, ...]
    """Inputs with an interval, the widest first."""

    @property
    def whole(self) -> bool:
        """Whether every part is known."""
        return all(part.usd is not None for part in self.parts)


def needs(part: Part, served_by: str) -> tuple[str, ...]:
    """Names of the inputs of a part."""
    return BOUGHT if part == "serving" and served_by == API else NEEDS[part]


def ownership(given: Mapping[str, Given], months: int, served_by: str = OWN) -> Ownership:
    """Compute it. Raises InputError for months outside 12 to 36."""
    checked_months(months)
    parts = tuple(_part(part, given, months, served_by) for part in PARTS)
    known = [part for part in parts if part.usd is not None]
    total = (
        Interval(*(math.fsum(column) for column in zip(*(p.usd for p in known if p.usd), strict=True)))
        if known
        else Interval(0.0, 0.0, 0.0)
    )
    grades = [part.grade for part in known if part.grade is not None]
    return Ownership(
        months,
        served_by,
        parts,
        total,
        weakest(grades) if grades else None,
        _swings(given, [p.part for p in known], months, served_by),
    )


def _part(part: Part, given: Mapping[str, Given], months: int, served_by: str) -> PartCost:
    wanted = needs(part, served_by)
    missing = tuple(name for name in wanted if name not in given)
    if missing:
        return PartCost(part, None, None, missing)
    middle, cheapest, dearest = (
        {name: pick(given[name]) for name in wanted} for pick in (_middle, _cheapest, _dearest)
    )
    usd = Interval(*(_COSTS[part, served_by](v, months) for v in (middle, cheapest, dearest)))
    return PartCost(part, usd, weakest(given[name].grade for name in wanted), ())


def _middle(one: Given) -> float:
    return one.figure.value


def _cheapest(one: Given) -> float:
    return one.figure.high if INPUTS[one.name].saves else one.figure.low


def _dearest(one: Given) -> float:
    return one.figure.low if INPUTS[one.name].saves else one.figure.high


def _swings(given: Mapping[str, Given], parts: list[Part], months: int, served_by: str) -> tuple[Swing, ...]:
    """Each input alone at its ends, all others at their values."""
    names = dict.fromkeys(name for part in parts for name in needs(part, served_by))
    middle = {name: given[name].figure.value for name in names}

    def total(values: Values) -> float:
        return sum(_COSTS[part, served_by](values, months) for part in parts)

    found = [
        Swing(name, total({**middle, name: figure.low}), total({**middle, name: figure.high}))
        for name in names
        if (figure := given[name].figure).high > figure.low
    ]
    return tuple(sorted(found, key=lambda swing: -swing.width))


def retrainings(values: Values, months: int) -> float:
    """Retrainings in so many months, in parts of one."""
    return values["retrainings_per_year"] * months / 12


def demand(values: Values, months: int) -> list[float]:
    """Requests of each month: the first month's x (1 + growth)^month."""
    factor, volume, found = 1 + values["growth_per_month"], values["requests_per_month"], []
    for _month in range(months):
        found.append(volume)
        volume *= factor
    return found


def _data(v: Values, months: int) -> float:
    return v["data_usd"]


def _labelling(v: Values, months: int) -> float:
    return v["label_usd"] * (v["labels"] + v["labels_per_retraining"] * retrainings(v, months))


def _training(v: Values, months: int) -> float:
    return v["training_usd"] * v["tries"] * (1 + retrainings(v, months))


def _serving_own(v: Values, months: int) -> float:
    capacity = v["rate_rps"] * v["utilisation"] * SECONDS_PER_MONTH
    devices = sum(max(1, math.ceil(volume / capacity)) for volume in demand(v, months))
    return devices * HOURS_PER_MONTH * v["usd_per_hour"]


def _serving_api(v: Values, months: int) -> float:
    return math.fsum(demand(v, months)) * v["api_usd_per_1k"] / 1000


def _storage(v: Values, months: int) -> float:
    return v["storage_gb"] * v["storage_usd_gb_month"] * months


def _monitoring(v: Values, months: int) -> float:
    return v["monitoring_hours"] * v["hour_usd"] * months


def _staff(v: Values, months: int) -> float:
    return v["staff_hours"] * v["hour_usd"] * months


_ALIKE: Mapping[Part, Callable[[Values, int], float]] = {
    "data": _data,
    "labelling": _labelling,
    "training": _training,
    "storage": _storage,
    "monitoring": _monitoring,
    "staff": _staff,
}
_COSTS: Mapping[tuple[Part, str], Callable[[Values, int], float]] = {
    **{(part, how): cost for part, cost in _ALIKE.items() for how in (OWN, API)},
    ("serving", OWN): _serving_own,
    ("serving", API): _serving_api,
}


def kilograms(given: Mapping[str, Given], months: int, per_1k: float, training: float) -> float | None:
    """CO2 of the months: demand x kg a request, and every training run; None where an input is missing."""
    names = ("requests_per_month", "growth_per_month", "tries", "retrainings_per_year")
    if any(name not in given for name in names):
        return None
    v = {name: given[name].figure.value for name in names}
    return math.fsum(demand(v, months)) * per_1k / 1000 + training * v["tries"] * (1 + retrainings(v, months))
