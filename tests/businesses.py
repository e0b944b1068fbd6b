"""Ideas with a saved business, for tests of what is decided over several. The figures are made up and mean nothing."""

from engine.business.scenario import Estimate, Scenario
from engine.entrypoints import actions
from engine.entrypoints.actions.business import save_scenario

FIGURES: dict[str, tuple[float, ...]] = {
    "sales.leads_per_month": (40, 25, 60),
    "sales.cost_per_lead_usd": (60, 40, 90),
    "sales.conversion": (0.12, 0.06, 0.2),
    "lead_growth_per_month": (0.03, 0.0, 0.06),
    "activation": (0.8, 0.6, 0.9),
    "churn_per_month": (0.03, 0.015, 0.06),
    "expansion_per_month": (0.005, 0.0, 0.01),
    "requests_per_customer": (20_000, 5_000, 60_000),
    "top_tenth_share": (0.5, 0.4, 0.7),
    "cost_per_1k_usd": (0.05, 0.02, 0.1),
    "support_usd_per_customer": (8, 4, 16),
    "payment_fee_share": (0.029,),
    "staff_usd_per_month": (5_000, 4_000, 7_000),
    "fixed_usd_per_month": (800, 600, 1_200),
    "build_usd": (25_000, 15_000, 50_000),
    "discount_per_year": (0.12, 0.08, 0.2),
}


def idea_with_business(name: str, price_usd_per_month: float, **changed: tuple[float, ...]) -> str:
    """Add an idea that is sold by subscription; its slug. `changed` replaces figures."""
    slug = actions.add_idea(name, "Lin", "", "", "", "quality.f1_macro", 0.8, 100.0)
    inputs = {key: Estimate(*ends) for key, ends in {**FIGURES, **changed}.items()}
    models = {"subscription": {"basic_usd_per_seat": price_usd_per_month, "seats": 1.0}}
    save_scenario(slug, "First", Scenario(inputs, models), "Lin")
    return slug
