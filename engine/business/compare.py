"""Several business models of one idea in the same futures, and what each is found to suffer from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.business.draws import Futures, draw_inputs
from engine.business.groups import by_tenth, by_tier
from engine.business.inputs import INPUTS
from engine.business.scenario import Scenario, missing_inputs
from engine.business.sensitivity import Swing, tornado
from engine.business.simulate import Unknown, prepare, simulate
from engine.business.summary import Outcome, summarise
from engine.errors import N_, ProspectusError
from engine.spec.pricing import PricingModel


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a reader must be told, as a template and its values."""

    template: str
    values: Mapping[str, Any]
    """Money by a name that ends in `_usd`; the template knows it without."""

    def __str__(self) -> str:
        plain = {
            name.removesuffix("_usd"): f"{value:.4g} USD" if name.endswith("_usd") else value
            for name, value in self.values.items()
        }
        return self.template.format(**plain)


@dataclass(frozen=True, slots=True)
class Compared:
    """One model: what came out, or why nothing is known."""

    model: str
    outcome: Outcome | None
    unknown: Unknown | None = None
    decides: Swing | None = None
    """The figure that moves it most."""
    findings: tuple[Finding, ...] = ()


def compare(
    scenario: Scenario, models: Sequence[PricingModel], futures: Futures, *, threads: int = 1
) -> list[Compared]:
    """Every model in the same futures. A model whose prices are not given is unknown and says what is missing."""
    drawn = {} if missing_inputs(scenario) else draw_inputs(scenario.inputs, futures, scenario.pairs)
    found = []
    for model in models:
        try:
            deal = prepare(scenario, model, futures, drawn=drawn)
            outcome = summarise(deal, simulate(deal, threads=threads))
            swings = tornado(scenario, model)
            found.append(
                Compared(model.name, outcome, None, swings[0] if swings else None, tuple(findings(scenario, model)))
            )
        except Unknown as error:
            found.append(Compared(model.name, None, error))
    return found


def best(rows: Sequence[Compared]) -> Compared | None:
    """The model with the highest median present value, of those that are known."""
    known = [row for row in rows if row.outcome is not None]
    return max(known, key=lambda row: row.outcome.figures["npv_usd"].median, default=None)  # type: ignore[union-attr]


def missing_for_all(rows: Sequence[Compared]) -> tuple[str, ...]:
    """Inputs that are empty, which makes every model unknown; the settings of each model are in `missing_of_own`."""
    found = (key for row in rows if row.unknown is not None for key in row.unknown.keys if key in INPUTS)
    return tuple(dict.fromkeys(found))


def missing_of_own(row: Compared) -> tuple[str, ...]:
    """Settings of this model alone that are empty, as `model.setting`."""
    return () if row.unknown is None else tuple(key for key in row.unknown.keys if key not in INPUTS)


def findings(scenario: Scenario, model: PricingModel) -> list[Finding]:
    """What goes wrong at the middle of every input: a price below cost, a plan or a tenth that loses, nobody."""
    found: list[Finding] = []
    try:
        terms = prepared_terms(scenario, model)
        price, cost = model.unit_price_per_1k_usd(terms), scenario.inputs.get("cost_per_1k_usd")
        if price is not None and cost is not None and price < cost.value and scenario.serving == "shared":
            found.append(
                Finding(
                    N_("A further 1,000 requests bring {price} and cost {cost} to serve: each adds to the loss."),
                    {"price_usd": price, "cost_usd": cost.value},
                )
            )
        heaviest = by_tenth(scenario, model)[-1]
        if heaviest.gross < 0:
            found.append(
                Finding(
                    N_("The heaviest tenth of the customers costs {loss} more a month than it brings, each."),
                    {"loss_usd": -heaviest.gross},
                )
            )
        found += [
            Finding(
                N_("The plan “{plan}” loses {loss} a customer and month."), {"plan": tier.name, "loss_usd": -tier.gross}
            )
            for tier in by_tier(scenario, model)
            if tier.gross < 0
        ]
    except ProspectusError:  # what is empty is told by the comparison itself
        return found
    return found


def prepared_terms(scenario: Scenario, model: PricingModel) -> dict[str, Any]:
    """The settings of a model at their values. Raises Unknown."""
    from engine.business.groups import middle

    return dict(middle(scenario, model).terms)
