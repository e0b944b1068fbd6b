"""A scenario: what is known or believed of one idea as a business, each figure with its grade and its reason."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from engine.business.copula import Pair, faults
from engine.business.inputs import CHANNELS, INPUTS, Input, input_of
from engine.business.load import Curve
from engine.errors import N_, ConfigError, InputError, ProspectusError, UnknownName
from engine.evidence import GRADES, Grade
from engine.spec import build_config
from engine.spec.pricing import PricingModel

Serving = Literal["shared", "reserved"]
SERVING: tuple[Serving, ...] = ("shared", "reserved")
MONTHS = 36
CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure: in 95 of 100 cases it lies between its ends, as often above the value as below."""

    value: float
    low: float | None = None
    high: float | None = None
    grade: Grade = "assumed"
    source: str = ""
    """Who typed it, or what measured it."""
    why: str = ""
    evidence: int | None = None
    """Row of the ledger that it was taken from."""

    @property
    def certain(self) -> bool:
        """Whether it is taken for exact."""
        return (self.low is None or self.low == self.value) and (self.high is None or self.high == self.value)


@dataclass(frozen=True, slots=True)
class Hire:
    """From a month on the staff costs so much more."""

    month: int
    usd_per_month: float
    who: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """Money that comes in once, perhaps. Funding is owed to owners and is no income; a grant is."""

    month: int
    usd: float
    chance: float = 1.0
    kind: Literal["grant", "funding"] = "grant"
    who: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that the simulation of one idea is told."""

    inputs: Mapping[str, Estimate] = field(default_factory=dict)
    """By key of `engine.business.inputs.INPUTS`."""
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of each business model that is to be compared, by its name."""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Ends of uncertain settings, by `model.setting`."""
    hires: tuple[Hire, ...] = ()
    money: tuple[Money, ...] = ()
    serving: Serving = "shared"
    """Whether serving is paid by request, idle time in its price, or by whole devices reserved for the month."""
    utilisation: float = 0.3
    """Share of a reserved device's time that answers; of the context of the measured cost."""
    curve: Curve = ()
    """How the cost of a request depends on the load; of the run whose measured cost is used, never typed."""
    currency: str = CURRENCY
    chosen: str = ""
    """Business model that the idea is to be ranked by; the first of `models` when empty."""
    pairs: tuple[Pair, ...] = ()
    """Figures that move together, with the rank correlation that somebody stated."""


def channels_of(scenario: Scenario) -> tuple[str, ...]:
    """Channels that bring leads."""
    return tuple(name for name in CHANNELS if f"{name}.leads_per_month" in scenario.inputs)


def missing_inputs(scenario: Scenario) -> tuple[str, ...]:
    """Keys of the inputs without which no result is known, in the order of the list."""
    used = channels_of(scenario)
    needed = {key for key, row in INPUTS.items() if not row.optional}
    needed |= {f"{name}.{part}" for name in used for part in ("cost_per_lead_usd", "conversion")}
    if not used:
        needed.add("organic.leads_per_month")
    if scenario.serving == "reserved":
        needed = needed - {"cost_per_1k_usd"} | {"device_usd_per_hour", "device_rps"}
    return tuple(key for key in INPUTS if key in needed and key not in scenario.inputs)


def missing_settings(model: PricingModel, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings of a model without which nothing is known of it."""
    return model.needs(build_config(model.config, settings))


def check(scenario: Scenario, models: Mapping[str, PricingModel]) -> None:
    """Refuse what breaks a rule. Raises ConfigError with every fault at once: input, rule and value."""
    found: list[ProspectusError] = []
    for key, given in scenario.inputs.items():
        found += _faults_of(key, given)
    for name, settings in scenario.models.items():
        found += _model_faults(name, settings, scenario.ranges, models)
    for hire in scenario.hires:
        found += _month_faults(N_("A hire"), hire.month, hire.usd_per_month)
    for event in scenario.money:
        found += _month_faults(N_("Funding or a grant"), event.month, event.usd)
        if not 0 <= event.chance <= 1:
            found.append(InputError(N_("A chance must be from 0 to 1, not {value}."), value=event.chance))
    if scenario.currency != CURRENCY:
        found.append(
            InputError(
                N_("All money of a scenario is in {rule}, not {value}: convert it first."),
                rule=CURRENCY,
                value=scenario.currency,
            )
        )
    found += faults(scenario.pairs, lambda key: key in INPUTS or _is_setting(key, models))
    if found:
        raise ConfigError(tuple(found))


def _is_setting(key: str, models: Mapping[str, PricingModel]) -> bool:
    owner, _, name = key.partition(".")
    return owner in models and name in models[owner].config.__dataclass_fields__  # type: ignore[attr-defined]


def _month_faults(what: str, month: int, usd: float) -> list[ProspectusError]:
    if 1 <= month <= MONTHS and math.isfinite(usd):
        return []
    return [
        InputError(
            N_("{what} needs a month from 1 to {months} and a sum, not month {month} and {usd}."),
            what=what,
            months=MONTHS,
            month=month,
            usd=usd,
        )
    ]


def _faults_of(key: str, given: Estimate) -> list[ProspectusError]:
    if key not in INPUTS:
        return [UnknownName(N_("input"), key, list(INPUTS))]
    row = input_of(key)
    values = [x for x in (given.value, given.low, given.high) if x is not None]
    wrong = [x for x in values if not _within(x, row.minimum, row.maximum, row.above_minimum)]
    if wrong:
        return [out_of_limits(row, wrong[0])]
    low, high = (given.value if end is None else end for end in (given.low, given.high))
    if not low <= given.value <= high:
        return [
            InputError(
                N_("{label}: {value} must lie between {low} and {high}."),
                label=row.title,
                value=given.value,
                low=low,
                high=high,
            )
        ]
    return []


def out_of_limits(row: Input, value: float) -> InputError:
    """The fault of a value outside of an input's limits."""
    ends: dict[str, Any] = {"name": row.title, "minimum": row.minimum, "maximum": row.maximum, "value": value}
    if row.maximum is None:
        template = N_("{name} must be at least {minimum}, not {value}.")
        return InputError(N_("{name} must be above {minimum}, not {value}.") if row.above_minimum else template, **ends)
    template = N_("{name} must be from {minimum} to {maximum}, not {value}.")
    above = N_("{name} must be above {minimum} and at most {maximum}, not {value}.")
    return InputError(above if row.above_minimum else template, **ends)


def _within(x: float, low: float, high: float | None, above: bool) -> bool:
    return math.isfinite(x) and (x > low if above else x >= low) and (high is None or x <= high)


def _model_faults(
    name: str, settings: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], known: Mapping[str, PricingModel]
) -> list[ProspectusError]:
    if name not in known:
        return [UnknownName(N_("business model"), name, list(known))]
    model = known[name]
    try:
        config: Any = build_config(model.config, settings)
        model.check(config)
        for key, (low, high) in ranges.items():
            owner, _, setting = key.partition(".")
            if owner == name:
                for end in (low, high):
                    build_config(model.config, {**settings, setting: end})
                value = getattr(config, setting)
                if value is None or not low <= value <= high:
                    raise InputError(
                        N_("{label}: {value} must lie between {low} and {high}."),
                        label=model.config.__dataclass_fields__[setting].metadata["label"],  # type: ignore[attr-defined]
                        value=value,
                        low=low,
                        high=high,
                    )
    except ConfigError as error:
        return list(error.faults)
    except ProspectusError as error:
        return [error]
    return []


def to_document(scenario: Scenario) -> dict[str, Any]:
    """A plain form for JSON, read back by `from_document`."""
    return asdict(scenario)


def from_document(stored: Mapping[str, Any]) -> Scenario:
    """Rebuild a scenario. Raises InputError for a document of another shape."""
    try:
        return Scenario(
            {str(key): _estimate(given) for key, given in stored.get("inputs", {}).items()},
            {str(name): dict(settings) for name, settings in stored.get("models", {}).items()},
            {str(key): _pair(ends) for key, ends in stored.get("ranges", {}).items()},
            tuple(Hire(**given) for given in stored.get("hires", ())),
            tuple(Money(**given) for given in stored.get("money", ())),
            _one_of(stored.get("serving", "shared"), SERVING),
            float(stored.get("utilisation", 0.3)),
            tuple(map(_pair, stored.get("curve", ()))),
            str(stored.get("currency", CURRENCY)),
            str(stored.get("chosen", "")),
            tuple(_stated(given) for given in stored.get("pairs", ())),
        )
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputError(N_("This is no scenario: {reason}."), reason=str(error)) from error


def _estimate(given: Mapping[str, Any]) -> Estimate:
    found = Estimate(**given)
    _one_of(found.grade, GRADES)
    return found


def _stated(given: Mapping[str, Any]) -> Pair:
    return Pair(str(given["first"]), str(given["second"]), float(given["rank"]))


def _pair(ends: Sequence[Any]) -> tuple[float, float]:
    low, high = ends
    return float(low), float(high)


def _one_of(value: Any, known: Sequence[str]) -> Serving:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return cast(Serving, value)


def chosen_model(scenario: Scenario) -> str:
    """Name of the model that the idea is ranked by. Raises InputError when there is none."""
    name = scenario.chosen or next(iter(scenario.models), "")
    if not name:
        raise InputError(N_("The scenario has no business model: give one its prices."))
    return name
