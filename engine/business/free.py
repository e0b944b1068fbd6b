"""Why free fails, and when it does not: what each model leaves as the cost of serving grows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.business.flow import accounts
from engine.business.groups import middle
from engine.business.scenario import Scenario
from engine.business.sensitivity import at_values
from engine.business.simulate import simulate
from engine.business.unit import at_marginal_cost
from engine.spec.pricing import PricingModel

POINTS = 41
DECADES = (-2.0, 2.0)
"""Of the cost that is drawn, about the present one."""


@dataclass(frozen=True, slots=True)
class CostCurve:
    """Cash at month 36 of one model at each cost of 1,000 requests, every other figure in the middle."""

    model: str
    cost_usd: tuple[float, ...]
    cash_usd: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Spending:
    """What 36 months bring and where they go, in US$, every figure in the middle."""

    revenue: float
    serving: float
    support: float
    leads: float
    running: float
    build: float

    @property
    def lost(self) -> float:
        """All that goes out beyond what comes in."""
        return self.serving + self.support + self.leads + self.running + self.build - self.revenue


def cost_curve(scenario: Scenario, model: PricingModel) -> CostCurve:
    """How cash at the end depends on the cost of serving. Raises Unknown."""
    base = middle(scenario, model)
    shared, drawn = at_marginal_cost(base.scenario, base.drawn)
    now = max(float(drawn["cost_per_1k_usd"][0]), 1e-9)
    costs = (now * np.logspace(*DECADES, POINTS)).astype(np.float32)
    found = simulate(at_values(replace(base, scenario=shared, drawn=drawn), {"cost_per_1k_usd": costs}))
    return CostCurve(model.name, tuple(map(float, costs)), tuple(map(float, found.cash[-1])))


def holds_until(curve: CostCurve, floor_usd: float = 0.0) -> float | None:
    """The highest cost of 1,000 requests at which cash at the end is not below the floor; None when at none."""
    held = [cost for cost, cash in zip(curve.cost_usd, curve.cash_usd, strict=True) if cash >= floor_usd]
    return max(held, default=None)


def spending(scenario: Scenario, model: PricingModel) -> Spending:
    """Where the money of one model goes. Raises Unknown."""
    deal = middle(scenario, model)
    found = accounts(deal.scenario, model, deal.drawn, deal.terms, None)

    def whole(values: Any) -> float:
        return float(np.sum(values))

    direct = found.revenue - found.serving - found.support - found.fees - found.gross
    leads = whole(found.acquisition)
    return Spending(
        whole(found.revenue),
        whole(found.serving),
        whole(found.support) + whole(found.fees) + whole(direct),
        leads,
        whole(found.gross) - leads - whole(found.result),
        float(deal.drawn["build_usd"][0]),
    )


def curves(scenario: Scenario, models: Sequence[PricingModel]) -> list[CostCurve]:
    """`cost_curve` of several models. Raises Unknown."""
    return [cost_curve(scenario, model) for model in models]
