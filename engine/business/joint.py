"""Several ideas in the same futures: what a ranking, an allocation and the value of information are computed from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.business.draws import Futures
from engine.business.inputs import INPUTS
from engine.business.scenario import Scenario
from engine.business.simulate import prepare, simulate
from engine.business.summary import grade_of
from engine.evidence import Grade
from engine.spec.pricing import Array, PricingModel


@dataclass(frozen=True, slots=True)
class Driver:
    """One uncertain figure behind an idea's futures."""

    values: Array
    """(paths,): what it was in each future."""
    measure: str
    """Measure that would supply it; empty when no measure does."""
    evidence: int | None
    """Row of the ledger that it was taken from; None when it was typed."""
    grade: Grade


@dataclass(frozen=True, slots=True)
class IdeaPaths:
    """One idea under its chosen business model. Future i is the same future for every idea of one seed."""

    idea: str
    model: str
    npv: Array
    """(paths,) US$, 36 months, discounted; without funding and without what comes after."""
    cash: Array
    """(37, paths) US$ in hand at the start and after each month, funding in it; from 0 when no cash was given."""
    spent_usd: Array
    """(paths,): deepest point below what there was at the start, so the cash that the idea needs."""
    break_even_month: Array
    """(paths,): 1 to 36; 37 for never."""
    drivers: Mapping[str, Driver]
    """By input key or `model.setting`; uncertain ones only."""
    grade: Grade


def idea_paths(
    scenario: Scenario, model: PricingModel, idea: str, *, paths: int = 10_000, seed: int = 20260101, threads: int = 1
) -> IdeaPaths:
    """Simulate one idea. Raises Unknown naming the inputs that are empty."""
    deal = prepare(scenario, model, Futures(paths, seed, idea))
    found = simulate(deal, threads=threads)
    start = np.zeros(1, np.float32) if "cash_usd" not in deal.drawn else deal.drawn["cash_usd"]
    drivers = {
        key: Driver(values, INPUTS[key].evidence, scenario.inputs[key].evidence, scenario.inputs[key].grade)
        for key, values in deal.drawn.items()
        if values.size > 1
    }
    drivers |= {
        f"{model.name}.{name}": Driver(values, "", None, "assumed")
        for name, values in deal.terms.items()
        if isinstance(values, np.ndarray)
    }
    return IdeaPaths(
        idea,
        model.name,
        found.npv,
        found.cash,
        np.maximum(start - found.low_point, 0),
        found.break_even_month,
        drivers,
        grade_of(scenario, model.name),
    )
