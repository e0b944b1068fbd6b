"""What many futures say together: bands, chances, medians with their 90 % range, and what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.business.scenario import MONTHS, Scenario
from engine.business.simulate import NEVER, YEAR, Deal, Paths
from engine.business.unit import unit_economics
from engine.errors import N_
from engine.evidence import Grade, weakest
from engine.spec.pricing import Array

BANDS = (0.05, 0.20, 0.35, 0.50, 0.65, 0.80, 0.95)
"""Quantiles of the fan: 90, 60 and 30 % about the median."""
SHOWN_PATHS = 20_000
"""Futures that the fan is drawn from."""
TWO_YEARS = 24
OF_REVENUE = ("gross_margin", "rule_of_40")
NOBODY = N_("Unknown because no customer comes.")


@dataclass(frozen=True, slots=True)
class Spread:
    """A result over the futures: median and the ends of 90 %; infinite ends stand for what has no bound."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One business model in many futures."""

    model: str
    paths: int
    figures: Mapping[str, Spread]
    """By name: npv_usd, paid_back_month, ltv_usd, ...; see docs/business.md."""
    chances: Mapping[str, float]
    """p_break_even_24m, p_paid_back, p_cash_out: shares of the futures."""
    fan: tuple[tuple[float, ...], ...]
    """Cash at the start and after each month at each of `BANDS`."""
    mean_npv_usd: float
    grade: Grade
    evidence: tuple[int, ...]
    """Rows of the ledger that it rests on."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Results that are not known, by name, with the reason as a template."""


def summarise(deal: Deal, found: Paths) -> Outcome:
    """Everything the pages show of one model."""
    figures = {name: spread(values) for name, values in _columns(deal, found).items()}
    unknown: dict[str, str] = {}
    chances = {
        "p_break_even_24m": float((found.break_even_month <= TWO_YEARS).mean()),
        "p_paid_back": float((found.paid_back_month <= MONTHS).mean()),
    }
    if "cash_usd" in deal.scenario.inputs:
        chances["p_cash_out"] = float((found.low_point < 0).mean())
    else:
        unknown |= dict.fromkeys(("p_cash_out", "runway_months"), N_("Unknown because the cash in hand is not given."))
    for name, given in figures.items():
        if np.isnan(given.median):
            unknown[name] = N_("Unknown because there is no revenue.") if name in OF_REVENUE else NOBODY
    bands = np.quantile(found.cash[:, :SHOWN_PATHS], BANDS, axis=1)
    return Outcome(
        found.model,
        found.paths,
        {name: given for name, given in figures.items() if name not in unknown},
        chances,
        tuple(tuple(map(float, row)) for row in bands),
        float(found.npv.mean(dtype=np.float64)),
        grade_of(deal.scenario, deal.model.name),
        evidence_of(deal.scenario),
        unknown,
    )


def spread(values: Array) -> Spread:
    """Median and 90 %; not a number when most futures have none."""
    known = values[~np.isnan(values)]
    if len(known) * 2 < len(values) or not len(known):
        return Spread(*(float("nan"),) * 3)
    # Not interpolated: between a number and infinity lies nothing.
    low, median, high = np.quantile(known, (0.05, 0.5, 0.95), method="inverted_cdf")
    return Spread(float(median), float(low), float(high))


def _columns(deal: Deal, found: Paths) -> dict[str, Array]:
    totals = found.totals
    unit = unit_economics(deal, totals)
    with np.errstate(divide="ignore", invalid="ignore"):
        earned = np.where(totals["revenue_last_year"] > 0, totals["revenue_last_year"], np.nan)
        before = np.where(totals["revenue_year_before"] > 0, totals["revenue_year_before"], np.nan)
        margin = totals["gross_last_year"] / earned
        growing = earned / before - 1
        operating = totals["result_last_year"] / earned
        burn = np.maximum(-totals["result_first_half_year"] / (YEAR // 2), 0)
        runway = np.where(burn > 0, np.maximum(found.cash[0], 0) / burn, np.inf)
    return {
        "npv_usd": found.npv,
        "cash_low_usd": found.low_point,
        "cash_end_usd": found.cash[-1],
        "break_even_month": _or_never(found.break_even_month),
        "paid_back_month": _or_never(found.paid_back_month),
        "mrr_usd": totals["mrr_last"],
        "arr_usd": totals["mrr_last"] * YEAR,
        "customers": totals["customers_last"],
        "gross_margin": margin,
        "ltv_usd": unit.ltv,
        "cac_usd": unit.cac,
        "ltv_to_cac": unit.ratio,
        "payback_months": unit.payback,
        "margin_usd_per_month": unit.margin,
        "burn_usd_per_month": burn,
        "runway_months": runway,
        "rule_of_40": growing + operating,
    }


def _or_never(months: Array) -> Array:
    return np.where(months >= NEVER, np.inf, months)


def grade_of(scenario: Scenario, model: str) -> Grade:
    """The weakest of everything that was given; settings of a model are typed, so assumed."""
    grades = [given.grade for given in scenario.inputs.values()]
    if scenario.models.get(model) or scenario.hires or scenario.money:
        grades.append("assumed")
    return weakest(grades) if grades else "assumed"


def evidence_of(scenario: Scenario) -> tuple[int, ...]:
    """Rows of the ledger among the inputs."""
    return tuple(sorted({given.evidence for given in scenario.inputs.values() if given.evidence is not None}))
