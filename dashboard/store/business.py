"""What the business pages read and do. Simulations are kept by what went into them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.store.reading import acts, view_by
from engine import catalog
from engine.business.actuals import from_document as actuals_from
from engine.business.against import Beside, against
from engine.business.cohort import CohortCurve, cohort_curve
from engine.business.compare import Compared, compare
from engine.business.customer import CustomerSide, customer_side
from engine.business.draws import Futures
from engine.business.free import CostCurve, Spending, curves, spending
from engine.business.groups import Group, by_tenth, by_tier
from engine.business.scenario import Scenario, from_document, to_document
from engine.business.sensitivity import Moved, Shares, Swing, moved, tornado
from engine.business.sensitivity import shares as shares_of
from engine.business.simulate import Unknown, prepare, simulate
from engine.business.summary import Outcome, summarise
from engine.entrypoints import settings
from engine.entrypoints.actions import actuals as brought
from engine.entrypoints.actions import scenarios as verbs
from engine.entrypoints.actions.brought import keep_upload
from engine.entrypoints.actions.business import Given
from engine.entrypoints.actions.scenarios import Saved
from engine.evaluation.proportions import Share

__all__ = ["Given", "Saved"]
COHORT_KINDS = ("subscriptions", "invoices")
QUICK_PATHS, PATHS = 10_000, 100_000
"""At once, and after it."""


def given(slug: str, key: str = "") -> Given:
    """The scenario that a link names, else the newest, with the ledger's figures in it. Raises UnknownName."""
    found: Given = view_by(verbs.read_given, slug=slug, key=key)
    return found


def saved(slug: str) -> Sequence[verbs.Saved]:
    """Every scenario of an idea, newest first."""
    found: Sequence[verbs.Saved] = view_by(verbs.read_saved, slug=slug)
    return found


def compared(slug: str, scenario: Scenario, paths: int = QUICK_PATHS) -> Sequence[Compared]:
    """All business models in the same futures."""
    return _compared(slug, _text(scenario), paths)


def outcome(slug: str, scenario: Scenario, model: str, paths: int = QUICK_PATHS) -> Outcome | Unknown:
    """One model in many futures, or why nothing is known."""
    return _outcome(slug, _text(scenario), model, paths)


def swings(scenario: Scenario, model: str) -> Sequence[Swing]:
    """What moves cash at the end most. Raises Unknown."""
    return _of_middle("swings", _text(scenario), model)  # type: ignore[no-any-return]


def shares(scenario: Scenario, model: str) -> Shares:
    """Shares of the variance, or rank correlations. Raises Unknown."""
    return _of_middle("shares", _text(scenario), model)  # type: ignore[no-any-return]


def moving(slug: str, scenario: Scenario, model: str) -> Sequence[Moved]:
    """Pairs of which somebody said how they move, and what came of it. Raises Unknown."""
    return _moving(slug, _text(scenario), model) if scenario.pairs else ()


def tenths(scenario: Scenario, model: str) -> Sequence[Group]:
    """Margin by tenth of the customers. Raises Unknown."""
    return _of_middle("tenths", _text(scenario), model)  # type: ignore[no-any-return]


def tiers(scenario: Scenario, model: str) -> Sequence[Group]:
    """Margin by plan. Raises Unknown."""
    return _of_middle("tiers", _text(scenario), model)  # type: ignore[no-any-return]


def cohort(scenario: Scenario, model: str) -> CohortCurve:
    """A cohort of one customer. Raises Unknown."""
    return _of_middle("cohort", _text(scenario), model)  # type: ignore[no-any-return]


def seen_staying(slug: str) -> Sequence[Share]:
    """Who stays by age, as the newest table with cohorts says; empty without one."""
    found = (actuals_from(row.document) for row in kept_actuals(slug) if row.kind in COHORT_KINDS)
    return next((seen.staying for seen in found if seen.cohorts), ())


def cost_curves(scenario: Scenario, models: Sequence[str]) -> Sequence[CostCurve]:
    """Cash at the end by cost of serving. Raises Unknown."""
    return curves(scenario, [catalog.pricing_model(name) for name in models])


def spent(scenario: Scenario, model: str) -> Spending:
    """Where the money of a model goes. Raises Unknown."""
    return spending(scenario, catalog.pricing_model(model))


def side(scenario: Scenario, model: str) -> CustomerSide:
    """The customer's side. Raises Unknown."""
    return customer_side(scenario, catalog.pricing_model(model))


def kept_actuals(slug: str) -> Sequence[brought.Kept]:
    """Tables that were brought for an idea, and lifetimes fitted to them, newest first."""
    found: Sequence[brought.Kept] = view_by(brought.read_kept, slug=slug)
    return found


def fit(slug: str) -> brought.Fit | None:
    """The fit of purchases to which no lifetime was fitted yet."""
    found: brought.Fit | None = view_by(brought.read_fit, slug=slug)
    return found


def beside(slug: str, scenario: Scenario, model: str, number: int) -> Sequence[Beside]:
    """A plan beside a table that was brought, month by month. Raises Unknown."""
    kept = next(row for row in kept_actuals(slug) if row.id == number)
    return _beside(slug, _text(scenario), model, number, json.dumps(kept.document, sort_keys=True))


def bring_actuals(slug: str, name: str, content: bytes, kind: str, author: str) -> int:
    """Keep an uploaded table. Raises DataError naming row, rule and value."""
    return _bring(slug, keep_upload(name, content), kind, author)


def _text(scenario: Scenario) -> str:
    return json.dumps(to_document(scenario), sort_keys=True)


def _back(text: str) -> Scenario:
    stored: Mapping[str, Any] = json.loads(text)
    return from_document(stored)


@st.cache_resource(max_entries=32, show_spinner=False)
def _compared(slug: str, text: str, paths: int) -> Sequence[Compared]:
    models = list(catalog.pricing_models().values())
    return tuple(compare(_back(text), models, Futures(paths, idea=slug), threads=settings.threads()))


@st.cache_resource(max_entries=64, show_spinner=False)
def _outcome(slug: str, text: str, model: str, paths: int) -> Outcome | Unknown:
    try:
        deal = prepare(_back(text), catalog.pricing_model(model), Futures(paths, idea=slug))
        return summarise(deal, simulate(deal, threads=settings.threads()))
    except Unknown as error:
        return error


@st.cache_resource(max_entries=32, show_spinner=False)
def _moving(slug: str, text: str, model: str) -> Sequence[Moved]:
    return moved(prepare(_back(text), catalog.pricing_model(model), Futures(QUICK_PATHS, idea=slug)))


@st.cache_resource(max_entries=128, show_spinner=False)
def _of_middle(question: str, text: str, model: str) -> Any:
    asked: Any = {
        "swings": tornado,
        "shares": shares_of,
        "tenths": by_tenth,
        "tiers": by_tier,
        "cohort": cohort_curve,
    }[question]
    return asked(_back(text), catalog.pricing_model(model))


@st.cache_resource(max_entries=32, show_spinner=False)
def _beside(slug: str, text: str, model: str, _number: int, document: str) -> Sequence[Beside]:
    return tuple(against(_back(text), catalog.pricing_model(model), actuals_from(json.loads(document)), slug))


_bring = acts(brought.bring_actuals)
use_actuals = acts(brought.use_actuals)
fit_lifetime = acts(brought.fit_lifetime)
start_scenario = acts(verbs.start_scenario)
change_inputs = acts(verbs.change_inputs)
change_model = acts(verbs.change_model)
change_plan = acts(verbs.change_plan)
change_pairs = acts(verbs.change_pairs)
