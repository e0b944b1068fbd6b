"""A scenario with every model's prices, for tests. Its figures are made up and mean nothing."""

from dataclasses import replace
from typing import Any

from engine import catalog
from engine.business.groups import certain
from engine.business.scenario import Estimate, Hire, Money, Scenario, check

FIGURES: dict[str, tuple[float, ...]] = {
    "organic.leads_per_month": (300, 200, 450),
    "organic.cost_per_lead_usd": (0,),
    "organic.conversion": (0.03, 0.01, 0.06),
    "paid.leads_per_month": (400, 300, 500),
    "paid.cost_per_lead_usd": (1.5, 1, 3),
    "paid.conversion": (0.04, 0.02, 0.06),
    "lead_growth_per_month": (0.03, 0.0, 0.06),
    "activation": (0.6, 0.4, 0.8),
    "churn_per_month": (0.04, 0.02, 0.06),
    "early_churn_per_month": (0.08, 0.05, 0.12),
    "expansion_per_month": (0.005, 0.0, 0.01),
    "requests_per_customer": (20_000, 5_000, 60_000),
    "top_tenth_share": (0.5, 0.4, 0.7),
    "cost_per_1k_usd": (0.01, 0.005, 0.02),
    "support_usd_per_customer": (3, 2, 6),
    "payment_fee_share": (0.029,),
    "payment_fee_usd": (0.3,),
    "staff_usd_per_month": (6_000, 5_000, 8_000),
    "fixed_usd_per_month": (800, 600, 1_200),
    "build_usd": (15_000, 10_000, 30_000),
    "cash_usd": (150_000,),
    "discount_per_year": (0.12, 0.08, 0.2),
    "realised_price": (0.9, 0.8, 1.0),
}


def scenario(**change: Any) -> Scenario:
    """All of it; `change` replaces fields, and `without` names inputs to leave out."""
    without = change.pop("without", ())
    models: dict[str, dict[str, Any]] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for model in catalog.pricing_models().values():
        models[model.name] = {name: start.value for name, start in model.starts.items()}
        for name, start in model.starts.items():
            if start.low is not None and start.high is not None:
                ranges[f"{model.name}.{name}"] = (start.low, start.high)
    models["usage"] |= {"second_from": 30_000, "second_usd_per_1k": 0.3, "third_from": 80_000, "third_usd_per_1k": 0.2}
    models["subscription"] |= {"plus_share": 0.2, "plus_usd_per_seat": 59.0}
    inputs = {key: Estimate(*ends) for key, ends in FIGURES.items() if key not in without}
    hires, money = (Hire(13, 3_000.0),), (Money(6, 20_000.0), Money(12, 50_000.0, kind="funding"))
    found = replace(Scenario(inputs, models, ranges, hires, money), **change)
    check(found, catalog.pricing_models())
    return found


def fixed(**change: Any) -> Scenario:
    """The same with every figure certain."""
    return certain(scenario(**change))


def plain_subscription(price: float = 80.0, churn: float = 0.05, discount: float = 0.0, **inputs: float) -> Scenario:
    """A customer pays `price` a month and costs nothing; 20 begin a month, each for 600 US$ of leads."""
    given: dict[str, float] = {
        "organic.leads_per_month": 20,
        "organic.cost_per_lead_usd": 600,
        "organic.conversion": 1,
        "lead_growth_per_month": 0,
        "activation": 1,
        "churn_per_month": churn,
        "expansion_per_month": 0,
        "requests_per_customer": 0,
        "top_tenth_share": 0.1,
        "cost_per_1k_usd": 0,
        "support_usd_per_customer": 0,
        "payment_fee_share": 0,
        "staff_usd_per_month": 0,
        "fixed_usd_per_month": 0,
        "build_usd": 0,
        "cash_usd": 0,
        "discount_per_year": (1 + discount) ** 12 - 1,
    }
    figures = {key: Estimate(value) for key, value in (given | inputs).items()}
    return Scenario(figures, {"subscription": {"basic_usd_per_seat": price, "seats": 1.0}})
