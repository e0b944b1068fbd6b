"""How far each idea is: need, data, train, deploy, operate, and what each step needs, read from what is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.evidence import Current, current_of
from db.models import Dataset, Product
from db.scenarios import newest_scenarios
from db.shapes import Gate
from db.views.decisions import LoggedDecision, decision_log
from db.views.gates import latency_gate, margin_gate, price_gate, quality_gate
from db.views.risks import RiskRow, risk_register
from engine.errors import N_

STEPS = ("need", "data", "train", "deploy", "operate")
LEAST_TEST_ROWS = 100
"""From which a share is known to 10 points: 1.96 sqrt(0.25 / 100)."""
DEMAND = ("market.som_usd_per_year", "market.winnable_buyers", "market.customers", "market.requests_per_month")


@dataclass(frozen=True, slots=True)
class Placed:
    """An idea on the board."""

    slug: str
    name: str
    stage: str
    step: str
    """The first of `STEPS` that lacks something; the last when nothing is lacking."""
    gates: Mapping[str, tuple[Gate, ...]]
    """By step."""
    verdict: str | None
    review_on: date | None
    """Of the decision that stands."""

    @property
    def lacking(self) -> tuple[Gate, ...]:
        """What the idea's step still lacks."""
        return tuple(gate for gate in self.gates[self.step] if not gate.met)


def board(session: Session) -> tuple[Placed, ...]:
    """Every idea with its step, oldest first; in a handful of queries."""
    products = session.scalars(select(Product).order_by(Product.id)).all()
    found = current_of(session, products)
    datasets = {row.id: row for row in session.scalars(select(Dataset).where(Dataset.id.in_(_ids(products))))}
    business = newest_scenarios(session, [product.id for product in products])
    standing = {row.slug: row for row in decision_log(session) if row.stands}
    risks: dict[str, list[RiskRow]] = {}
    for risk in risk_register(session):
        risks.setdefault(risk.slug, []).append(risk)
    return tuple(
        _placed(
            product,
            {
                "need": _need(product, found[product.id], product.id in business),
                "data": _data(datasets.get(product.dataset_id or 0)),
                "train": _train(product, found[product.id]),
                "deploy": _deploy(product, found[product.id], standing.get(product.slug)),
                "operate": _operate(
                    product, found[product.id], standing.get(product.slug), risks.get(product.slug, ())
                ),
            },
            standing.get(product.slug),
        )
        for product in products
    )


def _ids(products: Sequence[Product]) -> list[int]:
    return [product.dataset_id for product in products if product.dataset_id is not None]


def _placed(product: Product, gates: Mapping[str, tuple[Gate, ...]], stands: LoggedDecision | None) -> Placed:
    step = next((step for step in STEPS if not all(gate.met for gate in gates[step])), STEPS[-1])
    return Placed(
        product.slug,
        product.name,
        product.stage,
        step,
        gates,
        stands.verdict if stands else None,
        stands.review_on if stands else None,
    )


def _need(product: Product, current: Current, business: bool) -> tuple[Gate, ...]:
    priced = business or current.get("economics.price_per_1k_usd") is not None
    return (
        Gate(N_("Customer and hypothesis are written down."), {}, met=bool(product.customer and product.hypothesis)),
        Gate(N_("Demand is known: buyers, customers, requests or a market size."), {}, met=_any(current, DEMAND)),
        Gate(N_("It is said who pays what: a price or a business."), {}, met=priced),
    )


def _any(current: Current, measures: Sequence[str]) -> bool:
    return any(current.get(key) is not None for key in measures)


def _data(dataset: Dataset | None) -> tuple[Gate, ...]:
    rows = dataset.rows_test if dataset else 0
    enough = rows >= LEAST_TEST_ROWS
    words = (
        Gate(
            N_("The test split holds {rows} rows, at least {least}."), {"rows": rows, "least": LEAST_TEST_ROWS}, enough
        )
        if enough
        else Gate(N_("The test split holds at least {least} rows."), {"least": LEAST_TEST_ROWS}, met=False)
    )
    return (
        Gate(N_("A data set is chosen."), {}, met=dataset is not None),
        Gate(N_("Its licence is written down."), {}, met=dataset is not None and bool(dataset.licence)),
        words,
    )


def _train(product: Product, current: Current) -> tuple[Gate, ...]:
    return (
        Gate(N_("A run has finished on it."), {}, met=current.lead is not None),
        quality_gate(product, current),
    )


def _deploy(product: Product, current: Current, stands: LoggedDecision | None) -> tuple[Gate, ...]:
    go = stands is not None and stands.verdict == "go"
    decided = Gate(N_("“Go” was decided."), {}, met=go)
    return latency_gate(product, current), margin_gate(current), price_gate(current), decided


def _operate(
    product: Product, current: Current, stands: LoggedDecision | None, risks: Sequence[RiskRow]
) -> tuple[Gate, ...]:
    duties = current.get("market.obligations_open")
    watched = not any(risk.seen.neglected for risk in risks)
    return (
        Gate(N_("It is live."), {}, met=product.stage == "live"),
        Gate(N_("Every obligation that applies is met."), {}, met=duties is not None and duties.value == 0),
        Gate(
            N_("Risks are written down, and each pressing one has an owner and a mitigation."),
            {},
            met=bool(risks) and watched,
        ),
        Gate(N_("A day of review is set."), {}, met=stands is not None and stands.review_on is not None),
    )
