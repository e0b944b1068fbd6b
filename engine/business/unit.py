"""What one customer is worth and costs. Conventions and closed forms: docs/business.md."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.business.flow import Accounts, Drawn, money, present
from engine.business.inputs import INPUTS
from engine.business.margin import HOURS_PER_MONTH, SECONDS_PER_MONTH
from engine.business.scenario import Scenario, out_of_limits
from engine.business.simulate import YEAR, Deal
from engine.business.usage import deciles
from engine.spec.pricing import Array, Use

Load = tuple[Array, Array] | None
"""What all customers ask in 36 months and what serving them costs, by future."""
LIFE_MONTHS = 120
"""Months of a cohort that are computed one by one; the rest is a geometric tail."""


def lifetime_value(margin: float, churn: float, discount: float = 0.0, *, paid: str = "start") -> float:
    """Of one customer with the same margin each month, for ever: the closed form.

    paid `start`: the first month is paid on joining, m (1 + d) / (c + d). paid `end`: after a month, by those still
    there, m (1 - c) / (c + d). Raises InputError for churn of 0 or above 1.
    """
    if not 0 < churn <= 1:
        raise out_of_limits(INPUTS["churn_per_month"], churn)
    return margin * ((1 + discount) if paid == "start" else (1 - churn)) / (churn + discount)


def payback_months(cac: float, margin: float) -> float:
    """Months of margin that pay for winning a customer; infinite when there is no margin."""
    return cac / margin if margin > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class UnitEconomics:
    """Of one customer who stays, by future; (paths,) each."""

    ltv: Array
    """Discounted gross profit of a customer until it has left; infinite where expansion outruns churn."""
    cac: Array
    """Spent on leads for each customer gained; not a number where none was."""
    payback: Array
    """Months; infinite where there is no margin."""
    margin: Array
    """Gross profit of a customer and month, over the first year of its cohort."""

    @property
    def ratio(self) -> Array:
        """LTV over CAC; infinite where customers come for nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.ltv / self.cac


def unit_economics(deal: Deal, totals: Mapping[str, Array], paths: int = 4096) -> UnitEconomics:
    """Of the first `paths` futures: a cohort of one, followed until it has left."""
    count = min(paths, deal.futures.paths)
    drawn = _first(deal.drawn, count)
    terms = {k: v[:count] if isinstance(v, np.ndarray) else v for k, v in deal.terms.items()}
    load = load_of(deal, totals, count)
    ltv, margin = _cohort(deal, drawn, terms, load)
    new, spent = totals["new"][:count], totals["acquisition"][:count]
    with np.errstate(divide="ignore", invalid="ignore"):
        cac = np.where(new > 0, spent / new, np.nan)
        payback = np.where(margin > 0, cac / margin, np.inf)
    return UnitEconomics(np.broadcast_to(ltv, cac.shape), cac, payback, np.broadcast_to(margin, cac.shape))


def load_of(deal: Deal, totals: Mapping[str, Array], count: int = 1) -> Load:
    """Of the first futures; None where what a request costs does not depend on it."""
    return (totals["requests"][:count], totals["serving"][:count]) if deal.scenario.curve else None


def _first(drawn: Drawn, count: int) -> dict[str, Array]:
    return {key: values[:count] for key, values in drawn.items()}


def _cohort(deal: Deal, drawn: Drawn, terms: Mapping[str, Any], load: Load) -> tuple[Array, Array]:
    accounts = cohort(deal.scenario, deal, drawn, terms, load)
    gross = accounts.gross.astype(np.float64)
    monthly = (1 + drawn["discount_per_year"].astype(np.float64)) ** (1 / YEAR)
    weights = monthly ** -np.arange(len(gross), dtype=np.float64)[:, None]
    lasting = (1 - drawn["churn_per_month"].astype(np.float64)) * (1 + drawn["expansion_per_month"]) / monthly
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = gross[-1] * weights[-1] * lasting / (1 - lasting)
    ltv = (gross * weights).sum(axis=0) + np.where(lasting < 1, tail, np.where(gross[-1] > 0, np.inf, -np.inf))
    year = gross[:YEAR].sum(axis=0) / accounts.use.units[:YEAR].sum(axis=0)
    return ltv, year


def cohort(
    scenario: Scenario,
    deal: Deal,
    drawn: Drawn,
    terms: Mapping[str, Any],
    load: Load = None,
) -> Accounts:
    """The accounts of one customer who joins in the first month, served at the marginal cost.

    `load` says what a request costs where that depends on it.
    """
    width = max(values.size for values in drawn.values())
    new = np.zeros((LIFE_MONTHS, width), np.float32)
    new[0] = 1
    customers, units = present(new, drawn)
    use = Use(new, customers, units, drawn["requests_per_customer"], deciles(drawn["top_tenth_share"]))
    at, marginal = at_unit_cost(scenario, drawn, load)
    calm = replace(at, hires=())
    return money(calm, deal.model, marginal, terms, use, acquisition=np.zeros(1, np.float32))


def at_unit_cost(scenario: Scenario, drawn: Drawn, load: Load) -> tuple[Scenario, Drawn]:
    """For a part of the customers: a request costs what it costs on average of all, whose load the device carries."""
    at, marginal = at_marginal_cost(scenario, drawn)
    if not at.curve or scenario.serving != "shared" or load is None:
        return replace(at, curve=()), marginal
    requests, serving = load
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(requests > 0, 1000 * serving / requests, marginal["cost_per_1k_usd"] * at.curve[0][1])
    return replace(at, curve=()), {**marginal, "cost_per_1k_usd": each.astype(np.float32)}


def at_marginal_cost(scenario: Scenario, drawn: Drawn) -> tuple[Scenario, Drawn]:
    """The same with serving paid by request: of a reserved device, each request costs its share of a busy month."""
    if scenario.serving == "shared":
        return scenario, drawn
    capacity = drawn["device_rps"] * np.float32(scenario.utilisation * SECONDS_PER_MONTH)
    cost = 1000 * drawn["device_usd_per_hour"] * np.float32(HOURS_PER_MONTH) / capacity
    return replace(scenario, serving="shared"), {**drawn, "cost_per_1k_usd": cost}
