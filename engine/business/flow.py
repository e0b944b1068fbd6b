"""One block of futures, month by month: leads become customers, customers leave, use becomes money.

Arrays are (months, paths) of float32. Within a month: new customers begin and pay, then some of all leave.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.business.load import times_dearer
from engine.business.margin import HOURS_PER_MONTH, SECONDS_PER_MONTH
from engine.business.scenario import MONTHS, Scenario, channels_of
from engine.business.usage import deciles
from engine.spec.pricing import Array, Earnings, PricingModel, Terms, Use

EARLY_MONTHS = 3
"""Months of a cohort's age in which early churn holds."""
Drawn = Mapping[str, Array]
"""Inputs by key, each of shape (paths,) or (1,)."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Money of every month and future; all (months, paths)."""

    use: Use
    earned: Earnings
    revenue: Array
    serving: Array
    support: Array
    fees: Array
    gross: Array
    """Revenue without what grows with sales: serving, support, fees, direct cost."""
    acquisition: Array
    result: Array
    """Gross profit without acquisition, staff and fixed cost; funding and grants are not in it."""


def leads(scenario: Scenario, drawn: Drawn) -> tuple[Array, Array]:
    """Who would begin a subscription, and what finding them costs, in the first month."""
    begin: Any = np.zeros(1, np.float32)
    spend: Any = np.zeros(1, np.float32)
    for name in channels_of(scenario):
        found = drawn[f"{name}.leads_per_month"]
        begin = begin + found * drawn[f"{name}.conversion"]
        spend = spend + found * drawn[f"{name}.cost_per_lead_usd"]
    return begin, spend


def growth(drawn: Drawn) -> Array:
    """Leads of each month as a multiple of the first month's: (months, paths)."""
    rate = np.log1p(np.maximum(drawn["lead_growth_per_month"], np.float32(-0.999)))
    return np.exp(np.arange(MONTHS, dtype=np.float32)[:, None] * rate)


def lucky(expected: Array, z: Array | None) -> Array:
    """Whole people come by chance: log-normal about the expected number with a Poisson's variance, mean kept."""
    if z is None:
        return expected
    # log(1 + x) and not log1p: numpy has it on vectors, and 1 / expected is never small enough to matter.
    spread = np.log(1 + 1 / np.maximum(expected, np.float32(1e-3)))
    return expected * np.exp(np.sqrt(spread) * z - spread / 2)


def present(new: Array, drawn: Drawn) -> tuple[Array, Array]:
    """Customers and units in each month, by cohort: the young leave at the early rate, the others at the later one."""
    stay = 1 - drawn["churn_per_month"]
    early = 1 - drawn["early_churn_per_month"] if "early_churn_per_month" in drawn else None
    expand = 1 + drawn["expansion_per_month"]
    customers = _pools(new, stay, early)
    certain = expand.size == 1 and float(expand[0]) == 1.0
    units = customers if certain else _pools(new, stay * expand, None if early is None else early * expand)
    return customers, units


def _pools(new: Array, stay: Array, early: Array | None) -> Array:
    there = np.empty_like(new)
    old: Any = np.zeros(new.shape[1], np.float32)
    if early is None:
        for month in range(len(new)):
            np.add(old, new[month], out=there[month])
            old = there[month] * stay
        return there
    young = [old] * EARLY_MONTHS
    for month in range(len(new)):
        young = [new[month], *(group * early for group in young[:-1]), young[-1] * early]
        old = old * stay + young.pop()
        np.add(old, sum(young), out=there[month])
    return there


def serving_usd(scenario: Scenario, drawn: Drawn, requests: Array) -> Array:
    """Cost of serving: by request with idle time in the price, dearer by the measured curve while few come; or whole
    devices for whole months, one at least.
    """
    if scenario.serving == "shared":
        best = requests * (drawn["cost_per_1k_usd"] / 1000)
        return best * times_dearer(scenario.curve, requests, scenario.utilisation) if scenario.curve else best
    capacity = drawn["device_rps"] * np.float32(scenario.utilisation * SECONDS_PER_MONTH)
    devices = np.maximum(np.ceil(requests / capacity), 1)
    return devices * (drawn["device_usd_per_hour"] * np.float32(HOURS_PER_MONTH))


def accounts(scenario: Scenario, model: PricingModel, drawn: Drawn, terms: Terms, z: Array | None) -> Accounts:
    """The money of one block. `z` are the months' luck, (months, paths), None for none."""
    begin, spend = leads(scenario, drawn)
    more = growth(drawn)
    expected = more * (begin * drawn["activation"] * terms["sign_ups"])
    width = 1 if z is None else z.shape[1]
    new = lucky(np.broadcast_to(expected, (MONTHS, max(width, expected.shape[1]))), z)
    customers, units = present(np.ascontiguousarray(new, np.float32), drawn)
    use = Use(new, customers, units, drawn["requests_per_customer"], deciles(drawn["top_tenth_share"]))
    return money(scenario, model, drawn, terms, use, acquisition=more * spend)


def money(
    scenario: Scenario, model: PricingModel, drawn: Drawn, terms: Terms, use: Use, *, acquisition: Array
) -> Accounts:
    """What the use earns and costs; running cost is that of the scenario's months."""
    earned = model.earn(terms, use)
    revenue = earned.revenue_usd
    if "realised_price" in drawn:
        revenue = revenue * drawn["realised_price"]
    serving = serving_usd(scenario, drawn, earned.requests)
    support = earned.supported * drawn["support_usd_per_customer"]
    fees = revenue * drawn["payment_fee_share"]
    if "payment_fee_usd" in drawn:
        fees = fees + earned.paying * drawn["payment_fee_usd"]
    gross = revenue - serving - support - fees - earned.direct_usd
    result = gross - acquisition - running(scenario, drawn, len(use.customers))
    return Accounts(use, earned, revenue, serving, support, fees, gross, acquisition, result)


def running(scenario: Scenario, drawn: Drawn, months: int = MONTHS) -> Array:
    """Staff with later hires, and fixed cost: (months, paths)."""
    hired = np.zeros((months, 1), np.float32)
    for hire in scenario.hires:
        hired[hire.month - 1 :] += np.float32(hire.usd_per_month)
    return hired + (drawn["staff_usd_per_month"] + drawn["fixed_usd_per_month"])
