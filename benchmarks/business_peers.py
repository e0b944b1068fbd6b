"""The subscription business of `engine.business` as two people would write it first: a loop in plain Python, and arrays
of all futures in numpy's usual float64. Same inputs, same distributions, same months, same results for each future:
cash of every month, present value, lowest cash, break-even month, payback month, and last year's sums."""

import math
import random
from collections.abc import Mapping
from typing import Any

import numpy as np

MONTHS, Z95 = 36, 1.959964
Ends = Mapping[str, tuple[float, float, float]]


def _two_sided(low: float, value: float, high: float, z: float, share: bool) -> float:
    if low == value == high:
        return value
    if share and low > 0 and high < 1:
        a, b, c = (math.log(x / (1 - x)) for x in (low, value, high))
        x = b + z * ((b - a) if z < 0 else (c - b)) / Z95
        return 1 / (1 + math.exp(-x))
    if low > 0:
        a, b, c = (math.log(x) for x in (low, value, high))
        return math.exp(b + z * ((b - a) if z < 0 else (c - b)) / Z95)
    return max(low - 1, value + z * ((value - low) if z < 0 else (high - value)) / Z95)


def plain_python(ends: Ends, shares: frozenset[str], paths: int, seed: int = 1) -> list[float]:
    """One future after the other; the present values."""
    gauss = random.Random(seed).gauss
    npvs = []
    for _ in range(paths):
        v = {key: _two_sided(*e, gauss(0, 1), key in shares) for key, e in ends.items()}
        begin = (
            v["organic.leads_per_month"] * v["organic.conversion"] + v["paid.leads_per_month"] * v["paid.conversion"]
        )
        begin *= v["activation"]
        spend = v["paid.leads_per_month"] * v["paid.cost_per_lead_usd"]
        stay, grow = 1 - v["churn_per_month"], 1 + v["lead_growth_per_month"]
        expand, discount = 1 + v["expansion_per_month"], (1 + v["discount_per_year"]) ** (-1 / 12)
        running = v["staff_usd_per_month"] + v["fixed_usd_per_month"]
        customers = units = recurring_last = 0.0
        cash = [v["cash_usd"] - v["build_usd"]]
        npv, low, worth, factor, more = -v["build_usd"], cash[0], -v["build_usd"], 1.0, 1.0
        results, even, paid, revenue_last, gross_last = [], 37, 37, 0.0, 0.0
        for month in range(MONTHS):
            expected = begin * more
            spread = math.log(1 + 1 / max(expected, 1e-3))
            new = expected * math.exp(math.sqrt(spread) * gauss(0, 1) - spread / 2)
            customers, units = customers * stay + new, units * stay * expand + new
            revenue = units * v["price"] * v["seats"]
            requests = units * v["requests_per_customer"]
            gross = revenue * (1 - v["payment_fee_share"]) - requests / 1000 * v["cost_per_1k_usd"]
            gross -= customers * v["support_usd_per_customer"]
            result = gross - spend * more - running
            results.append(result)
            factor *= discount
            npv += result * factor
            worth += result
            cash.append(cash[-1] + result)
            low = min(low, cash[-1])
            if worth >= 0 and paid > MONTHS:
                paid = month + 1
            if month >= 24:
                revenue_last += revenue
                gross_last += gross
            recurring_last = revenue
            more *= grow
        for month in range(MONTHS):
            if results[month] >= 0 and sum(results[month : month + 3]) >= 0:
                even = month + 1
                break
        npvs.append(npv)
        _kept = (cash, low, even, paid, revenue_last, gross_last, recurring_last)
    return npvs


def whole_arrays(ends: Ends, shares: frozenset[str], paths: int, seed: int = 1) -> dict[str, Any]:
    """All futures at once, a row of the arrays a month."""
    rng = np.random.default_rng(seed)
    v = {key: _drawn(*e, rng, paths, key in shares) for key, e in ends.items()}
    begin = v["organic.leads_per_month"] * v["organic.conversion"] + v["paid.leads_per_month"] * v["paid.conversion"]
    begin = begin * v["activation"]
    month = np.arange(MONTHS)[:, None]
    more = (1 + v["lead_growth_per_month"]) ** month
    expected = begin * more
    spread = np.log1p(1 / np.maximum(expected, 1e-3))
    new = expected * np.exp(np.sqrt(spread) * rng.standard_normal((MONTHS, paths)) - spread / 2)
    customers, units = np.empty((MONTHS, paths)), np.empty((MONTHS, paths))
    there = weighted = np.zeros(paths)
    stay, expand = 1 - v["churn_per_month"], 1 + v["expansion_per_month"]
    for m in range(MONTHS):
        there, weighted = there * stay + new[m], weighted * stay * expand + new[m]
        customers[m], units[m] = there, weighted
    revenue = units * v["price"] * v["seats"]
    serving = units * v["requests_per_customer"] / 1000 * v["cost_per_1k_usd"]
    gross = revenue - revenue * v["payment_fee_share"] - serving - customers * v["support_usd_per_customer"]
    spend = more * (v["paid.leads_per_month"] * v["paid.cost_per_lead_usd"])
    result = gross - spend - (v["staff_usd_per_month"] + v["fixed_usd_per_month"])
    worth = np.cumsum(result, axis=0) - v["build_usd"]
    cash = np.vstack([np.broadcast_to(-v["build_usd"], (1, paths)), worth]) + v["cash_usd"]
    discount = (1 + v["discount_per_year"]) ** (-(month + 1) / 12)
    three = result.copy()
    three[:-1] += result[1:]
    three[:-2] += result[2:]
    even = (result >= 0) & (three >= 0)
    return {
        "npv": (result * discount).sum(axis=0) - v["build_usd"],
        "cash": cash,
        "low": cash.min(axis=0),
        "even": np.where(even.any(axis=0), even.argmax(axis=0) + 1, 37),
        "paid": np.where((worth >= 0).any(axis=0), (worth >= 0).argmax(axis=0) + 1, 37),
        "sums": [
            x.sum(axis=0) for x in (new, units, gross, revenue, serving, revenue[24:], revenue[12:24], gross[24:])
        ],
        "result": [result[24:].sum(axis=0), result[:6].sum(axis=0), spend.sum(axis=0), revenue[-1], customers[-1]],
    }


def _drawn(  # noqa: PLR0917  the ends of a figure
    low: float, value: float, high: float, rng: np.random.Generator, paths: int, share: bool
) -> Any:
    if low == value == high:
        return np.full(paths, value)
    z = rng.standard_normal(paths)
    if share and low > 0 and high < 1:
        a, b, c = (np.log(x / (1 - x)) for x in (low, value, high))
        return 1 / (1 + np.exp(-(b + z * np.where(z < 0, b - a, c - b) / Z95)))
    if low > 0:
        a, b, c = np.log(low), np.log(value), np.log(high)
        return np.exp(b + z * np.where(z < 0, b - a, c - b) / Z95)
    return value + z * np.where(z < 0, value - low, high - value) / Z95
