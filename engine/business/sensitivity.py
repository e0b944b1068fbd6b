"""Which figure matters most: one at a time (tornado), by share of the variance (Sobol), or by rank correlation.

Sobol indices need independent inputs; rank correlation also stands where several rest on one row of the ledger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.business.copula import Pair
from engine.business.draws import Futures, drawable, quantile_matched, together
from engine.business.groups import middle
from engine.business.inputs import INPUTS
from engine.business.scenario import Estimate, Scenario
from engine.business.simulate import Deal, Paths, prepare, simulate
from engine.evidence import Grade
from engine.spec.pricing import Array, PricingModel

SAMPLES = 1024
"""Of the Sobol estimate: (inputs + 2) times as many futures are computed."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """One figure with two ends: an input, or `model.setting`."""

    key: str
    given: Estimate
    minimum: float | None
    maximum: float | None
    share: bool

    def at(self, z: Array) -> Array:
        """Its values at standard normal numbers."""
        return quantile_matched(self.given, z, self.minimum, self.maximum, share=self.share)


@dataclass(frozen=True, slots=True)
class Swing:
    """What cash at the end changes when one figure moves to its ends and all others stay in the middle, in US$."""

    key: str
    low: float | None
    high: float | None
    """Ends of the figure."""
    at_low: float
    at_high: float
    """Change of the result."""
    grade: Grade

    @property
    def size(self) -> float:
        """How much it matters."""
        return max(abs(self.at_low), abs(self.at_high))


@dataclass(frozen=True, slots=True)
class Part:
    """Share of the variance of the result that one figure explains."""

    key: str
    first: float
    """Alone."""
    total: float
    """With all that it does together with others."""


def uncertain(scenario: Scenario, model: PricingModel) -> list[Uncertain]:
    """Every figure that has two ends."""
    found = [
        Uncertain(key, given, row.minimum, row.maximum, row.unit == "share" and row.minimum >= 0)
        for key, row in INPUTS.items()
        if (given := scenario.inputs.get(key)) is not None and not given.certain
    ]
    settings, fields = scenario.models.get(model.name, {}), model.config.__dataclass_fields__  # type: ignore[attr-defined]
    for key, (low, high) in scenario.ranges.items():
        owner, _, name = key.partition(".")
        value = settings.get(name)
        if owner == model.name and value is not None and low < high:
            limits = fields[name].metadata
            estimate = Estimate(float(value), low, high)
            found.append(Uncertain(key, estimate, limits["minimum"], limits["maximum"], limits["maximum"] == 1))
    return found


def at_values(base: Deal, columns: Mapping[str, Array]) -> Deal:
    """The deal with these figures as given, by future, and no luck."""
    paths = len(next(iter(columns.values())))
    prefix = f"{base.model.name}."
    inputs = {key: values for key, values in columns.items() if not key.startswith(prefix)}
    terms: dict[str, Any] = {k.removeprefix(prefix): v for k, v in columns.items() if k.startswith(prefix)}
    return replace(
        base,
        drawn={**base.drawn, **inputs},
        terms={**base.terms, **terms},
        futures=Futures(paths, base.futures.seed),
        luck=False,
    )


def cash_at_end(found: Paths) -> Array:
    """The result that sensitivity is asked of."""
    return found.cash[-1]


def tornado(scenario: Scenario, model: PricingModel, result: Callable[[Paths], Array] = cash_at_end) -> list[Swing]:
    """Every uncertain figure, the one that matters most first. Raises Unknown."""
    base, rows = middle(scenario, model), uncertain(scenario, model)
    if not rows:
        return []
    count = 2 * len(rows) + 1
    columns = {}
    for place, row in enumerate(rows):
        column = np.full(count, row.given.value, np.float32)
        column[2 * place] = row.given.value if row.given.low is None else row.given.low
        column[2 * place + 1] = row.given.value if row.given.high is None else row.given.high
        columns[row.key] = column
    values = result(simulate(at_values(base, columns)))
    change = (values - values[-1]).astype(float)
    swings = [
        Swing(row.key, row.given.low, row.given.high, float(change[2 * i]), float(change[2 * i + 1]), row.given.grade)
        for i, row in enumerate(rows)
    ]
    return sorted(swings, key=lambda swing: -swing.size)


def sobol(
    scenario: Scenario,
    model: PricingModel,
    result: Callable[[Paths], Array] = cash_at_end,
    *,
    samples: int = SAMPLES,
    seed: int = 20260101,
) -> list[Part]:
    """Shares of the variance, largest total first: Saltelli 2010 for the first order, Jansen 1999 for the total.

    Raises Unknown.
    """
    base, rows = middle(scenario, model), uncertain(scenario, model)
    if not rows:
        return []
    rng = np.random.default_rng(seed)
    one, other = (rng.standard_normal((samples, len(rows)), dtype=np.float32) for _ in range(2))
    mixed = [_swapped(one, other, place) for place in range(len(rows))]
    z = np.concatenate([one, other, *mixed])
    columns = {row.key: row.at(np.ascontiguousarray(z[:, place])) for place, row in enumerate(rows)}
    values = result(simulate(at_values(base, columns))).astype(float)
    values -= values.mean()  # what is common to all would drown the products below
    a, b, *ab = np.split(values, len(rows) + 2)
    variance = float(np.var(np.concatenate([a, b])))
    if variance == 0:
        return [Part(row.key, 0.0, 0.0) for row in rows]
    parts = [
        Part(row.key, float(np.mean(b * (x - a))) / variance, float(np.mean((a - x) ** 2)) / (2 * variance))
        for row, x in zip(rows, ab, strict=True)
    ]
    return sorted(parts, key=lambda part: -part.total)


@dataclass(frozen=True, slots=True)
class Shares:
    """Where the uncertainty of the result comes from; one of the two is empty."""

    parts: tuple[Part, ...]
    """Sobol indices, where the inputs are independent."""
    correlations: Mapping[str, float]
    """Rank correlations, where some move together."""
    together: tuple[str, ...]
    """Inputs that rest on one row of the ledger with another."""
    stated: tuple[Pair, ...] = ()
    """Pairs of which somebody said how they move, as far as the draws follow it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A pair of which somebody said how it moves."""

    pair: Pair
    drawn: float | None
    """Rank correlation of what was drawn; None where one of the two is empty or certain."""
    followed: bool
    """Whether the draws follow it; they do not where both hang on one measurement, or could not move so beside it."""


def shares(scenario: Scenario, model: PricingModel, futures: Futures | None = None) -> Shares:
    """Sobol indices when inputs are independent, rank correlation otherwise. Raises Unknown."""
    tied, stated = tuple(together(scenario.inputs)), _followed(scenario, model)
    if not tied and not stated:
        return Shares(tuple(sobol(scenario, model)), {}, ())
    deal = prepare(scenario, model, futures or Futures())
    return Shares((), rank_correlations(_drivers(deal), cash_at_end(simulate(deal))), tied, stated)


def moved(deal: Deal) -> tuple[Moved, ...]:
    """Every stated pair of a deal, with what came of it in the draws."""
    drivers, followed = _drivers(deal), set(_followed(deal.scenario, deal.model))

    def of(pair: Pair) -> Moved:
        them = [drivers.get(key) for key in (pair.first, pair.second)]
        one, other = (None if values is None or values.size == 1 else _ranks(values) for values in them)
        drawn = None if one is None or other is None else float(np.mean(one * other))
        return Moved(pair, drawn, pair in followed)

    return tuple(map(of, deal.scenario.pairs))


def _followed(scenario: Scenario, model: PricingModel) -> tuple[Pair, ...]:
    """Stated pairs that the draws follow, as they were stated; a pair of one row of the ledger speaks for its like."""
    settings = frozenset(row.key for row in uncertain(scenario, model) if row.key not in INPUTS)
    tied = together(scenario.inputs)
    used = set(drawable(scenario.inputs, scenario.pairs, settings))
    return tuple(
        pair
        for pair in scenario.pairs
        if Pair(tied.get(pair.first, pair.first), tied.get(pair.second, pair.second), pair.rank) in used
    )


def _drivers(deal: Deal) -> dict[str, Array]:
    """Every figure that was drawn, by key."""
    terms = {f"{deal.model.name}.{k}": v for k, v in deal.terms.items() if isinstance(v, np.ndarray)}
    return {**deal.drawn, **terms}


def _swapped(one: Array, other: Array, place: int) -> Array:
    mixed = one.copy()
    mixed[:, place] = other[:, place]
    return mixed


def rank_correlations(drivers: Mapping[str, Array], result: Array) -> dict[str, float]:
    """Spearman's correlation of each figure with the result, the strongest first."""
    target = _ranks(result)
    found = {key: float(np.mean(_ranks(values) * target)) for key, values in drivers.items() if values.size > 1}
    return dict(sorted(found.items(), key=lambda item: -abs(item[1])))


def _ranks(values: Array) -> Array:
    """Standardised ranks; equal values share theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[place]
    spread = ranks.std()
    return (ranks - ranks.mean()) / (spread or 1.0)
