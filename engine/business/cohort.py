"""A cohort of one customer in the middle of every input: who stays, and when it has paid for being won."""

from dataclasses import dataclass

import numpy as np

from engine.business.groups import middle
from engine.business.scenario import MONTHS, Scenario
from engine.business.simulate import simulate
from engine.business.unit import cohort, load_of, unit_economics
from engine.spec.pricing import PricingModel


@dataclass(frozen=True, slots=True)
class CohortCurve:
    """By months since joining, 36 of them."""

    staying: tuple[float, ...]
    """Share of the cohort that is there at the start of the month."""
    earned_usd: tuple[float, ...]
    """Gross profit of one who joined, all months so far together; not discounted."""
    cac_usd: float | None
    """None when nobody comes."""

    @property
    def paid_in(self) -> int | None:
        """The month in whose course the cohort has paid for being won; None when not within 36."""
        if self.cac_usd is None:
            return None
        return next((place + 1 for place, usd in enumerate(self.earned_usd) if usd >= self.cac_usd), None)


def cohort_curve(scenario: Scenario, model: PricingModel) -> CohortCurve:
    """Raises Unknown naming what is empty."""
    deal = middle(scenario, model)
    totals = simulate(deal).totals
    found = cohort(deal.scenario, deal, deal.drawn, deal.terms, load_of(deal, totals))
    cac = float(unit_economics(deal, totals).cac[0])
    return CohortCurve(
        tuple(map(float, found.use.customers[:MONTHS, 0])),
        tuple(map(float, np.cumsum(found.gross[:MONTHS].reshape(MONTHS, -1)[:, 0]))),
        None if np.isnan(cac) else cac,
    )
