"""Plan against actual: each month that was seen beside what the plan expected of it."""

from dataclasses import dataclass

import numpy as np

from engine.business.actuals import Actuals
from engine.business.draws import Futures
from engine.business.flow import accounts
from engine.business.scenario import MONTHS, Scenario
from engine.business.simulate import prepare
from engine.spec.pricing import PricingModel

PATHS = 2000
ENDS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Beside:
    """One month: 5 %, median and 95 % of the plan, and what was seen. The first seen month is month 1."""

    month: str
    customers: tuple[float, float, float]
    revenue_usd: tuple[float, float, float]
    seen_customers: int
    seen_revenue_usd: float | None

    @property
    def within(self) -> bool:
        """Whether the customers seen lie between the plan's ends."""
        return self.customers[0] <= self.seen_customers <= self.customers[2]


def against(scenario: Scenario, model: PricingModel, seen: Actuals, idea: str = "") -> list[Beside]:
    """Month by month, as far as both go. Raises Unknown."""
    deal = prepare(scenario, model, Futures(PATHS, idea=idea))
    z = deal.futures.normals("luck", (MONTHS, PATHS))
    found = accounts(deal.scenario, model, deal.drawn, deal.terms, z)
    customers = np.quantile(found.use.customers, ENDS, axis=1).T
    revenue = np.quantile(np.broadcast_to(found.revenue, found.use.customers.shape), ENDS, axis=1).T
    return [
        Beside(
            month.month,
            _three(customers[place]),
            _three(revenue[place]),
            month.customers,
            month.revenue_usd,
        )
        for place, month in enumerate(seen.months[:MONTHS])
    ]


def _three(row: np.ndarray) -> tuple[float, float, float]:
    low, middle, high = map(float, row)
    return low, middle, high
