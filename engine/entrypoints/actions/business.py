"""The business of an idea: save a scenario, fill it from the ledger, simulate it, say what came out as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from db.evidence import Current, append, current_of
from db.models import EvidenceRow, Product, ScenarioRow
from db.products import get_product, list_products
from db.scenarios import add_scenario, newest_scenario, newest_scenarios, scenario_by_key
from db.session import in_transaction
from engine import catalog
from engine.business.draws import Futures
from engine.business.inputs import CHANNELS, INPUTS
from engine.business.joint import IdeaPaths, idea_paths
from engine.business.load import Curve, curve_of
from engine.business.scenario import Estimate, Scenario, check, chosen_model, from_document, to_document
from engine.business.simulate import prepare, simulate
from engine.business.summary import Outcome, Spread, summarise
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_text
from engine.entrypoints.actions.money import serving_curve
from engine.errors import N_, ProspectusError, StateError
from engine.evidence import Evidence
from engine.wording.samples import told_name

PATHS, SEED = 10_000, 20260101
SIMULATED = N_("simulated; the median, with 90 % of the futures between the ends")
RECORDED: Mapping[str, str] = {
    "economics.npv_usd": "npv_usd",
    "economics.ltv_usd": "ltv_usd",
    "economics.cac_usd": "cac_usd",
    "economics.ltv_to_cac": "ltv_to_cac",
    "economics.payback_months": "payback_months",
}
"""Measure to figure of the outcome."""
CHANCES = ("p_break_even_24m", "p_cash_out")


@dataclass(frozen=True, slots=True)
class Given:
    """A scenario of an idea as the simulation takes it: saved figures, the rest from the ledger."""

    key: str
    """Names it in links; empty when nothing was saved."""
    name: str
    author: str
    scenario: Scenario


def save_scenario(slug: str, name: str, scenario: Scenario, author: str) -> str:
    """Keep a scenario and make it the one the idea stands on; its key, for links.

    Figures that came from the ledger are not kept: they are filled in anew each time. Raises ConfigError with every
    fault at once.
    """
    check(scenario, catalog.pricing_models())
    title = checked_text(N_("The name"), name, NAME_LENGTH, required=True)
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    typed = {key: given for key, given in scenario.inputs.items() if given.evidence is None}
    document = to_document(replace(scenario, inputs=typed, curve=()))

    def work(session: Session) -> str:
        product = get_product(session, slug)
        row = add_scenario(session, product.id, name=title, document=document, author=who)
        record_economics(session, product)
        return row.key

    return in_transaction(work)


def given_of(session: Session, product: Product, current: Current, key: str = "") -> Given:
    """The scenario that a link names, else the newest; nothing typed when none was saved. Raises UnknownName."""
    row = scenario_by_key(session, product, key) if key else newest_scenario(session, product.id)
    return _given(session, row, current)


def _given(session: Session, row: ScenarioRow | None, current: Current) -> Given:
    if row is None:
        return Given("", "", "", from_evidence(session, Scenario(), current))
    return Given(row.key, row.name, row.author, from_evidence(session, from_document(row.document), current))


def from_evidence(session: Session, scenario: Scenario, current: Current) -> Scenario:
    """Fill what nobody typed with the current figure of its measure, the cost to serve with its curve."""
    found = {}
    for key, row in INPUTS.items():
        figure = current.get(row.evidence) if row.evidence else None
        channel, _, part = key.partition(".")
        unused = channel in CHANNELS and part and f"{channel}.leads_per_month" not in scenario.inputs
        if figure is not None and key not in scenario.inputs and not unused:
            source = figure.run_id or figure.source
            found[key] = Estimate(figure.value, figure.low, figure.high, figure.grade, source, figure.note, figure.id)
    volume, customers = current.get("market.requests_per_month"), current.get("market.customers")
    if volume and customers and customers.value > 0 and "requests_per_customer" not in scenario.inputs:
        found["requests_per_customer"] = Estimate(
            volume.value / customers.value,
            grade=volume.grade,
            source=volume.source,
            why=N_("requests a month / customers"),
            evidence=volume.id,
        )
    filled = replace(scenario, inputs={**scenario.inputs, **found}, curve=())
    if "cost_per_1k_usd" not in found:
        return filled
    cost = current.rows["cost.per_1k_requests_usd"]
    utilisation = cost.context.get("utilisation") or filled.utilisation
    return replace(filled, utilisation=utilisation, curve=_curve(session, cost))


def _curve(session: Session, cost: EvidenceRow) -> Curve:
    """Of the run whose cost it is, up to the point that the cost was taken at; an API has none."""
    limit = cost.context.get("latency_limit_ms")
    if cost.run_id is None or limit is None:
        return ()
    points = [point for point in serving_curve(session, cost.run_id) if point.p95_ms <= limit]
    return curve_of([point.rate.value for point in points])


def joint_paths(
    slugs: Sequence[str] | None = None, *, paths: int = PATHS, seed: int = SEED, threads: int = 1
) -> dict[str, IdeaPaths | ProspectusError]:
    """Ideas in the same futures, by slug; for an idea whose result is unknown, why.

    An idea without a saved scenario is unknown. Future i is the same one for all.
    """
    return in_transaction(lambda session: joint_paths_in(session, slugs, paths=paths, seed=seed, threads=threads))


def joint_paths_in(
    session: Session, slugs: Sequence[str] | None, *, paths: int = PATHS, seed: int = SEED, threads: int = 1
) -> dict[str, IdeaPaths | ProspectusError]:
    """`joint_paths` inside the caller's transaction."""
    products = list_products(session) if slugs is None else [get_product(session, slug) for slug in slugs]
    rows = newest_scenarios(session, [product.id for product in products])
    current = current_of(session, products)
    found: dict[str, IdeaPaths | ProspectusError] = {}
    for product in products:
        row = rows.get(product.id)
        if row is None:
            name = told_name(product.slug, product.name)
            found[product.slug] = StateError(N_("No scenario of “{idea}” was saved."), idea=name)
            continue
        try:
            scenario = _given(session, row, current[product.id]).scenario
            model = catalog.pricing_model(chosen_model(scenario))
            found[product.slug] = idea_paths(scenario, model, product.slug, paths=paths, seed=seed, threads=threads)
        except ProspectusError as error:
            found[product.slug] = error
    return found


def outcome_of(
    scenario: Scenario, model: str, idea: str, *, paths: int = PATHS, seed: int = SEED, threads: int = 1
) -> Outcome:
    """One model in many futures. Raises Unknown naming the inputs that are empty."""
    deal = prepare(scenario, catalog.pricing_model(model), Futures(paths, seed, idea))
    return summarise(deal, simulate(deal, threads=threads))


def record_economics(session: Session, product: Product) -> int:
    """Say what the idea's saved scenario comes to under its chosen model; returns how many figures.

    Nothing where a result is unknown. The figures rest on the rows of the ledger that were used, and are stale when
    those change.
    """
    row = newest_scenario(session, product.id)
    if row is None:
        return 0
    current = current_of(session, [product])[product.id]
    try:
        scenario = _given(session, row, current).scenario
        name = chosen_model(scenario)
        outcome = outcome_of(scenario, name, product.slug)
    except ProspectusError:  # unknown, and the page says why
        return 0
    context = {"scenario": row.key, "model": name}
    figures = {measure: outcome.figures.get(figure) for measure, figure in RECORDED.items()}
    figures |= {f"economics.{c}": _exact(outcome.chances.get(c)) for c in CHANCES}
    for measure, figure in figures.items():
        if figure is not None and abs(figure.median) != float("inf"):
            append(session, product.id, _evidence(measure, figure, outcome, context), run_id=_run_of(current, outcome))
    return len(figures)


def _exact(share: float | None) -> Spread | None:
    return None if share is None else Spread(share, share, share)


def _run_of(current: Current, outcome: Outcome) -> str | None:
    """The run whose measured figures were used, so that another adopted run makes these no longer current."""
    runs = {row.run_id for row in current.rows.values() if row.id in outcome.evidence and row.run_id}
    return next(iter(runs), None)


def _evidence(measure: str, figure: Spread, outcome: Outcome, context: Mapping[str, Any]) -> Evidence:
    finite = [end if abs(end) != float("inf") else None for end in (figure.low, figure.high)]
    exact = figure.low == figure.high
    return Evidence(
        measure,
        figure.median,
        outcome.grade,
        "model",
        "engine.business.simulate",
        context,
        None if exact else finite[0],
        None if exact else finite[1],
        level=0.90,
        inputs=outcome.evidence,
        method=SIMULATED,
    )
