"""The customer's side: what the product saves them, and what that is for a dollar they pay."""

from dataclasses import dataclass

import numpy as np

from engine.business.flow import accounts
from engine.business.groups import middle
from engine.business.scenario import Scenario
from engine.business.simulate import Unknown
from engine.spec.pricing import PricingModel

NEEDED = ("hours_saved_per_customer", "customer_usd_per_hour")


@dataclass(frozen=True, slots=True)
class CustomerSide:
    """Of one customer and month, in US$."""

    saved: float
    paid: float

    @property
    def gain(self) -> float:
        """What is left to the customer."""
        return self.saved - self.paid

    @property
    def back(self) -> float | None:
        """Return on what they pay: gain / paid; None when they pay nothing."""
        return self.gain / self.paid if self.paid > 0 else None


def customer_side(scenario: Scenario, model: PricingModel) -> CustomerSide:
    """Hours saved x what an hour costs them, against what they pay on average. Raises Unknown naming what is empty."""
    lacking = tuple(key for key in NEEDED if key not in scenario.inputs)
    if lacking:
        from engine.business.simulate import names_of

        raise Unknown(lacking, names_of(model, lacking, ()))
    deal = middle(scenario, model)
    found = accounts(deal.scenario, model, deal.drawn, deal.terms, None)
    months = float(found.use.customers.sum())
    saved = scenario.inputs[NEEDED[0]].value * scenario.inputs[NEEDED[1]].value
    return CustomerSide(saved, float(np.sum(found.revenue)) / months if months else 0.0)
