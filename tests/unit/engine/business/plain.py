"""The same business written down once more, as a plain loop over months, channels and tenths, in Python's own floats.

Independent of `engine.business`: the test's second opinion, and the benchmark's slow peer. One future at a time.
"""

import math
import random
from collections.abc import Mapping
from typing import Any

from engine.business.scenario import Scenario

MONTHS, HOURS = 36, 730


def revenue_of_customer(model: str, t: Mapping[str, Any], asked: float) -> tuple[float, float]:
    """Monthly revenue of one present customer who asks so many requests, and the requests that we serve."""
    if model == "free":
        return asked / 1000 * t["advertising_usd_per_1k"], asked
    if model == "freemium":
        paid = t["paid_share"]
        return paid * t["price_usd_per_month"], paid * asked + (1 - paid) * min(asked, t["free_requests"])
    if model == "subscription":
        price = t["basic_usd_per_seat"] * (1 - t["plus_share"] - t["pro_share"])
        price += (t["plus_usd_per_seat"] or 0) * t["plus_share"] + (t["pro_usd_per_seat"] or 0) * t["pro_share"]
        return price * t["seats"], asked
    if model == "usage":
        bill, steps = 0.0, [(0.0, t["price_usd_per_1k"])]
        for tier in ("second", "third"):
            if t[f"{tier}_from"] is not None:
                steps.append((t[f"{tier}_from"], t[f"{tier}_usd_per_1k"]))
        for place, (start, price) in enumerate(steps):
            end = steps[place + 1][0] if place + 1 < len(steps) else math.inf
            bill += max(0.0, min(asked, end) - start) * price / 1000
        return max(bill, t["committed_usd"]), asked
    if model == "hybrid":
        return t["price_usd_per_month"] + max(0.0, asked - t["included_requests"]) * t[
            "overage_usd_per_1k"
        ] / 1000, asked
    if model == "licence":
        return t["licence_usd"] * t["maintenance_share"] / 12, 0.0
    if model == "platform":
        return t["price_usd_per_month"], asked
    return t["care_usd_per_month"], asked


def per_new(model: str, t: Mapping[str, Any]) -> tuple[float, float, float]:
    """Revenue, cost and invoices once, of a customer who begins."""
    if model == "licence":
        return t["licence_usd"], t["installation_usd"], 1.0
    if model == "project":
        return t["fee_usd"], t["work_usd"], 1.0
    return 0.0, 0.0, 0.0


def invoices_and_support(model: str, t: Mapping[str, Any]) -> tuple[float, float]:
    """Of a present customer and month: invoices, and support as a multiple of a payer's."""
    if model == "free":
        return 0.0, t["support_share"]
    if model == "freemium":
        return t["paid_share"], t["paid_share"] + (1 - t["paid_share"]) * t["support_share"]
    return (1 / 12 if model == "licence" else 1.0), 1.0


def one_future(
    scenario: Scenario,
    model: str,
    v: Mapping[str, float],
    t: Mapping[str, Any],
    tenths: tuple[float, ...],
    luck: random.Random | None = None,
) -> tuple[list[float], float, int]:
    """Cash at the start and after each month, NPV and the first month that is not negative (37 for none).

    `v` are the inputs, `t` the settings, `tenths` the multiples of the average use.
    """
    channels = [c for c in ("organic", "paid", "sales") if f"{c}.leads_per_month" in v]
    cohorts: list[list[float]] = []
    cash = [v.get("cash_usd", 0.0) - v["build_usd"]]
    npv, even, early = -v["build_usd"], MONTHS + 1, v.get("early_churn_per_month", v["churn_per_month"])
    for month in range(MONTHS):
        begin = spend = 0.0
        for channel in channels:
            found = v[f"{channel}.leads_per_month"] * (1 + v["lead_growth_per_month"]) ** month
            begin += found * v[f"{channel}.conversion"]
            spend += found * v[f"{channel}.cost_per_lead_usd"]
        new = begin * v["activation"] * t["sign_ups"]
        if luck is not None:
            spread = math.log1p(1 / max(new, 1e-3))
            new *= math.exp(math.sqrt(spread) * luck.gauss(0, 1) - spread / 2)
        cohorts.append([new, new, 0])
        revenue = requests = 0.0
        there = sum(c[0] for c in cohorts)
        units = sum(c[1] for c in cohorts)
        for multiple in tenths:
            earns, asks = revenue_of_customer(model, t, v["requests_per_customer"] * multiple)
            revenue += units * earns / len(tenths)
            requests += units * asks / len(tenths)
        once, direct, bills = per_new(model, t)
        kept = t["platform_share"] * revenue if model == "platform" else 0.0
        revenue = (revenue + once * new) * v.get("realised_price", 1.0)
        if scenario.serving == "shared":
            serving = requests / 1000 * v["cost_per_1k_usd"]
        else:
            capacity = v["device_rps"] * scenario.utilisation * HOURS * 3600
            serving = max(1, math.ceil(requests / capacity)) * HOURS * v["device_usd_per_hour"]
        invoices, support = invoices_and_support(model, t)
        fees = revenue * v["payment_fee_share"] + (there * invoices + new * bills) * v.get("payment_fee_usd", 0.0)
        gross = revenue - serving - there * support * v["support_usd_per_customer"] - fees - direct * new - kept
        staff = v["staff_usd_per_month"] + sum(h.usd_per_month for h in scenario.hires if month + 1 >= h.month)
        result = gross - spend - staff - v["fixed_usd_per_month"]
        grants = sum(m.usd for m in scenario.money if m.kind == "grant" and m.month == month + 1)
        funds = sum(m.usd for m in scenario.money if m.kind == "funding" and m.month == month + 1)
        cash.append(cash[-1] + result + grants + funds)
        npv += (result + grants) / (1 + v["discount_per_year"]) ** ((month + 1) / 12)
        if result >= 0 and even > MONTHS:
            even = month + 1
        for cohort in cohorts:
            stay = 1 - (early if cohort[2] < 3 else v["churn_per_month"])
            cohort[0] *= stay
            cohort[1] *= stay * (1 + v["expansion_per_month"])
            cohort[2] += 1
    return cash, npv, even
