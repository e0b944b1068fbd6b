"""Starting points for a scenario: of the order that is common, from memory, unchecked, and no figure of any market.

They are used only where somebody asked for them, graded assumed, and say so in their reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.business.inputs import INPUTS
from engine.business.scenario import Estimate, Scenario, missing_inputs
from engine.errors import N_
from engine.spec.pricing import PricingModel, Start

WHY = N_("assumed, from memory, unchecked")
INPUT_STARTS: Mapping[str, Start] = {
    "organic.leads_per_month": Start(200.0, 50.0, 600.0),
    "organic.cost_per_lead_usd": Start(0.0),
    "organic.conversion": Start(0.03, 0.01, 0.06),
    "paid.leads_per_month": Start(300.0, 100.0, 600.0),
    "paid.cost_per_lead_usd": Start(3.0, 1.0, 8.0),
    "paid.conversion": Start(0.02, 0.005, 0.05),
    "lead_growth_per_month": Start(0.03, 0.0, 0.07),
    "activation": Start(0.5, 0.3, 0.7),
    "churn_per_month": Start(0.04, 0.02, 0.08),
    "early_churn_per_month": Start(0.08, 0.04, 0.15),
    "expansion_per_month": Start(0.0, -0.005, 0.01),
    "requests_per_customer": Start(5000.0, 1000.0, 20_000.0),
    "top_tenth_share": Start(0.5, 0.35, 0.7),
    "cost_per_1k_usd": Start(0.05, 0.01, 0.3),
    "support_usd_per_customer": Start(3.0, 1.0, 8.0),
    "payment_fee_share": Start(0.03, 0.02, 0.05),
    "payment_fee_usd": Start(0.3, 0.2, 0.5),
    "staff_usd_per_month": Start(6000.0, 3000.0, 12_000.0),
    "fixed_usd_per_month": Start(800.0, 400.0, 1500.0),
    "build_usd": Start(20_000.0, 10_000.0, 60_000.0),
    "discount_per_year": Start(0.12, 0.08, 0.2),
    "device_usd_per_hour": Start(0.05, 0.02, 0.2),
    "device_rps": Start(10.0, 3.0, 40.0),
}
"""Cash in hand and the customer's side are the founder's to say: nobody remembers them."""


def start_from(scenario: Scenario, models: Sequence[PricingModel], who: str) -> Scenario:
    """The scenario with starting points where something is missing; what is there stays.

    Where no channel brings anybody yet, the first two begin.
    """
    wanted = list(missing_inputs(scenario))
    if "organic.leads_per_month" in wanted:
        wanted += [key for key in INPUTS if key.partition(".")[0] in ("organic", "paid") and key in INPUT_STARTS]
    found = {key: _estimate(INPUT_STARTS[key], who) for key in wanted if key not in scenario.inputs}
    settings, ranges = dict(scenario.models), dict(scenario.ranges)
    for model in models:
        given = dict(settings.get(model.name, {}))
        for name, start in model.starts.items():
            if given.get(name) is None:
                given[name] = start.value
                if start.low is not None and start.high is not None:
                    ranges[f"{model.name}.{name}"] = (start.low, start.high)
        settings[model.name] = given
    return replace(scenario, inputs={**scenario.inputs, **found}, models=settings, ranges=ranges)


def _estimate(start: Start, who: str) -> Estimate:
    return Estimate(start.value, start.low, start.high, "assumed", who, WHY)
