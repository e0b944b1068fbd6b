"""Changing a scenario: each change is a new one, made from the one that was looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.evidence import current_of
from db.products import get_product
from db.scenarios import newest_scenario, scenario_by_key, scenarios
from db.session import in_transaction
from engine import catalog
from engine.business.copula import Pair
from engine.business.inputs import INPUTS
from engine.business.scenario import Estimate, Hire, Money, Scenario, Serving, check, from_document
from engine.business.starting import start_from
from engine.entrypoints.actions.business import Given, from_evidence, given_of, save_scenario
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_text
from engine.errors import N_, UnknownName

STARTED = "Starting points, unchecked"


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario in the list."""

    key: str
    name: str
    author: str
    created_at: datetime


def read_given(session: Session, slug: str, key: str = "") -> Given:
    """The scenario that a link names, else the idea's newest, with the ledger's figures filled in.

    Raises UnknownName for an idea or a scenario that there is not.
    """
    product = get_product(session, slug)
    return given_of(session, product, current_of(session, [product])[product.id], key)


def read_saved(session: Session, slug: str) -> tuple[Saved, ...]:
    """Every scenario of an idea, newest first."""
    rows = scenarios(session, get_product(session, slug).id)
    return tuple(Saved(row.key, row.name, row.author, row.created_at) for row in rows)


def start_scenario(slug: str, author: str, key: str = "", models: Sequence[str] = ()) -> str:
    """Fill what is missing with starting points from memory, marked so, and save that; its key."""
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    chosen = [catalog.pricing_model(name) for name in models or catalog.pricing_models()]
    given = in_transaction(lambda session: read_given(session, slug, key))
    return save_scenario(slug, given.name or STARTED, start_from(given.scenario, chosen, who), who)


def change_inputs(slug: str, key: str, changes: Mapping[str, Estimate | None], author: str, name: str = "") -> str:
    """Type inputs anew; None empties one, so that the ledger fills it again where it can. The new scenario's key."""
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def changed(scenario: Scenario) -> Scenario:
        inputs = dict(scenario.inputs)
        for input_key, given in changes.items():
            inputs.pop(input_key, None)
            if given is not None:
                inputs[input_key] = replace(given, grade="assumed", source=who, evidence=None)
        return replace(scenario, inputs=inputs)

    return change_scenario(slug, key, changed, who, name)


def change_model(  # noqa: PLR0917  in the order of the form
    slug: str,
    key: str,
    model: str,
    settings: Mapping[str, Any],
    ranges: Mapping[str, tuple[float, float]],
    author: str,
    *,
    chosen: bool = False,
) -> str:
    """Set a model's prices, with the ends of the uncertain ones by setting; `chosen` ranks the idea by it."""

    def changed(scenario: Scenario) -> Scenario:
        kept = {k: ends for k, ends in scenario.ranges.items() if not k.startswith(f"{model}.")}
        kept |= {f"{model}.{name}": ends for name, ends in ranges.items()}
        picked = model if chosen else scenario.chosen
        return replace(scenario, models={**scenario.models, model: dict(settings)}, ranges=kept, chosen=picked)

    return change_scenario(slug, key, changed, author)


def change_plan(  # noqa: PLR0917  in the order of the form
    slug: str, key: str, hires: Sequence[Hire], money: Sequence[Money], serving: Serving, author: str
) -> str:
    """Set later hires, funding and grants, and how serving is paid."""
    given = (tuple(hires), tuple(money))
    return change_scenario(slug, key, lambda s: replace(s, hires=given[0], money=given[1], serving=serving), author)


def change_pairs(slug: str, key: str, pairs: Sequence[Pair], author: str) -> str:
    """Say which figures move together; the new scenario's key. Raises ConfigError for what cannot hold together."""
    return change_scenario(slug, key, lambda scenario: replace(scenario, pairs=tuple(pairs)), author)


def change_scenario(slug: str, key: str, changed: Callable[[Scenario], Scenario], author: str, name: str = "") -> str:
    """Apply to what was saved, without the ledger's figures."""

    def base(session: Session) -> tuple[str, Scenario]:
        product = get_product(session, slug)
        row = scenario_by_key(session, product, key) if key else newest_scenario(session, product.id)
        return ("", Scenario()) if row is None else (row.name, from_document(row.document))

    former, scenario = in_transaction(base)
    return save_scenario(slug, name or former or N_("Plan"), changed(scenario), author)


def scenario_from_file(slug: str, document: Mapping[str, Any]) -> Scenario:
    """A scenario brought as a document, checked, with the ledger's figures of the idea filled in.

    Raises ConfigError or InputError.
    """
    scenario = from_document(document)
    check(scenario, catalog.pricing_models())

    def filled(session: Session) -> Scenario:
        product = get_product(session, slug)
        return from_evidence(session, scenario, current_of(session, [product])[product.id])

    return in_transaction(filled)


def narrow_figure(slugs: Sequence[str], key: str, given: Estimate, author: str) -> tuple[str, ...]:
    """Type one figure anew in the newest scenario of each idea: an input, or `model.setting`; the new scenarios' keys.

    Raises UnknownName for an idea, a figure or a model that there is not, ConfigError for a value outside its limits.
    """
    if key in INPUTS:
        return tuple(change_inputs(slug, "", {key: given}, author) for slug in slugs)
    name, _, setting = key.partition(".")
    model = catalog.pricing_model(name)
    if setting not in {field.name for field in fields(model.config)}:
        raise UnknownName(N_("figure"), key, list(INPUTS))
    low, high = (given.value if end is None else end for end in (given.low, given.high))

    def changed(scenario: Scenario) -> Scenario:
        settings = {**scenario.models.get(name, {}), setting: given.value}
        kept = {k: pair for k, pair in scenario.ranges.items() if k != key}
        ranges = kept if low == high else {**kept, key: (low, high)}
        return replace(scenario, models={**scenario.models, name: settings}, ranges=ranges)

    return tuple(change_scenario(slug, "", changed, author) for slug in slugs)
