"""Margin of each tenth of the customers and of each plan, at the middle of every input."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.business.draws import Futures
from engine.business.flow import Accounts, accounts, money
from engine.business.scenario import Estimate, Scenario
from engine.business.simulate import Deal, prepare
from engine.business.unit import at_unit_cost
from engine.spec.pricing import PricingModel, Terms, Use


@dataclass(frozen=True, slots=True)
class Group:
    """A tenth of the customers, or a plan: of one customer and month on average over 36 months, in US$."""

    name: str
    share: float
    """Of the customers."""
    requests: float
    revenue: float
    serving: float
    other: float
    """Support, fees and what else grows with sales."""

    @property
    def gross(self) -> float:
        """What is left."""
        return self.revenue - self.serving - self.other

    @property
    def margin(self) -> float | None:
        """Share of the revenue that is left; None without revenue."""
        return self.gross / self.revenue if self.revenue else None


def certain(scenario: Scenario) -> Scenario:
    """The scenario with every figure at its value, and money that may come in at its expected sum."""
    fixed = {k: Estimate(v.value, grade=v.grade, evidence=v.evidence) for k, v in scenario.inputs.items()}
    money = tuple(replace(event, usd=event.usd * event.chance, chance=1.0) for event in scenario.money)
    return replace(scenario, inputs=fixed, ranges={}, money=money)


def middle(scenario: Scenario, model: PricingModel) -> Deal:
    """One future: every figure at its value and no luck. Raises Unknown."""
    return prepare(certain(scenario), model, Futures(1), luck=False)


def by_tenth(scenario: Scenario, model: PricingModel) -> list[Group]:
    """Ten groups of equal size, lightest first. Raises Unknown."""
    deal = middle(scenario, model)
    whole = accounts(deal.scenario, model, deal.drawn, deal.terms, None)
    use = whole.use
    rows = range(len(use.deciles))
    return [_group(deal, whole, deal.terms, _tenth(use, row), str(row + 1), 1 / len(use.deciles)) for row in rows]


def _tenth(use: Use, row: int) -> Use:
    part = 1 / len(use.deciles)
    one = use.deciles[row : row + 1]
    return Use(use.new * part, use.customers * part, use.units * part, use.requests, one)


def by_tier(scenario: Scenario, model: PricingModel) -> list[Group]:
    """The plans of the price list; empty where there is one price for all. Raises Unknown."""
    deal = middle(scenario, model)
    whole = accounts(deal.scenario, model, deal.drawn, deal.terms, None)
    use = whole.use
    return [
        _group(
            deal,
            whole,
            tier.terms,
            Use(use.new * tier.share, use.customers * tier.share, use.units * tier.share, use.requests, use.deciles),
            tier.name,
            tier.share,
        )
        for tier in model.tiers(deal.terms)
        if tier.share > 0
    ]


def _group(deal: Deal, whole: Accounts, terms: Terms, use: Use, name: str, share: float) -> Group:  # noqa: PLR0917
    load = np.sum(whole.earned.requests, axis=0), np.sum(whole.serving, axis=0)
    scenario, drawn = at_unit_cost(deal.scenario, deal.drawn, load)
    found = money(scenario, deal.model, drawn, terms, use, acquisition=np.zeros(1, np.float32))
    months = float(use.customers.sum()) or float("nan")

    def each(values: Any) -> float:
        return float(np.sum(values)) / months

    revenue, serving, gross = each(found.revenue), each(found.serving), each(found.gross)
    asked = each(use.units * use.requests * np.mean(use.deciles, axis=0))
    return Group(name, share, asked, revenue, serving, revenue - serving - gross)
