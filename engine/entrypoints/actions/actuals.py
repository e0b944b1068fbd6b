"""What customers really did: bring a table, use what it says in a scenario, fit a lifetime to purchases."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db.base import now
from db.evidence import append
from db.models import ActualsRow
from db.products import get_product
from db.routines import newest_of
from db.scenarios import actuals, add_actuals
from db.session import in_transaction
from engine.business.actuals import KINDS, Actuals, Kind, from_document
from engine.business.child import actuals_of
from engine.business.scenario import Estimate, Scenario
from engine.entrypoints.actions.brought import is_light, keep_file, kept_file
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_text
from engine.entrypoints.actions.figures import recompute_product
from engine.entrypoints.actions.routines import queue_routine
from engine.entrypoints.actions.scenarios import change_scenario
from engine.errors import N_, ProspectusError, StateError, UnknownName, from_dict
from engine.evidence import Evidence
from engine.routines.customer_lifetime import PURCHASES_FILE

CHURN = "market.churn_per_month"
FIT = "customer_lifetime"
SEEN = N_("as it was seen")
COUNTED = N_("customers lost over customer-months after the third; Wilson's 95 % interval")
SHOWN_FINGERPRINT = 12


def bring_actuals(slug: str, path: Path, kind: str, author: str) -> int:
    """Read a table and keep what it says of the idea's customers; purchases also queue the fit of their lifetime.

    Returns the id of what was kept. Raises DataError naming row, rule and value, UnknownName for another kind.
    """
    if kind not in KINDS:
        raise UnknownName(N_("kind of table"), kind, list(KINDS))
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    in_transaction(lambda session: get_product(session, slug))
    known: Kind = kind
    kept = keep_file(path)
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / PURCHASES_FILE
        digest, document = actuals_of(kept, known, now().date(), packed, here=is_light(kept))

        def work(session: Session) -> int:
            product = get_product(session, slug)
            return add_actuals(
                session,
                product.id,
                kind=kind,
                name=path.name[:200],
                fingerprint=digest,
                document=document,
                author=who,
            ).id

        number = in_transaction(work)
        if known == "purchases":
            queue_routine(FIT, inputs={PURCHASES_FILE: packed}, product_slug=slug)
    return number


def fit_lifetime(slug: str, number: int | None) -> tuple[str, str, str, str]:
    """Queue the fit of a lifetime to purchases that were brought before; run, routine, no model, and the file's name.

    Raises UnknownName without such purchases, and DataError when the file that was brought is gone.
    """

    def stored(session: Session) -> tuple[str, str]:
        row = session.get(ActualsRow, number) if number is not None else None
        if row is None or row.kind != "purchases" or row.product_id != get_product(session, slug).id:
            raise UnknownName(N_("table of actuals"), str(number), [])
        return row.name, row.fingerprint

    name, digest = in_transaction(stored)
    with tempfile.TemporaryDirectory() as folder:
        packed, kept = Path(folder) / PURCHASES_FILE, kept_file(digest, name)
        actuals_of(kept, "purchases", now().date(), packed, here=is_light(kept))
        run_id = queue_routine(FIT, inputs={PURCHASES_FILE: packed}, product_slug=slug)
    return run_id, FIT, "", name


def use_actuals(slug: str, key: str, number: int, author: str) -> str:
    """Put churn and use as they were seen into a scenario, graded measured; the new scenario's key.

    Churn goes into the ledger, from where it fills the scenario; what has no measure there stands in the scenario.
    """
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def stored(session: Session) -> tuple[str, str, Mapping[str, Any]]:
        row = session.get(ActualsRow, number)
        if row is None or row.product_id != get_product(session, slug).id:
            raise UnknownName(N_("table of actuals"), str(number), [])
        return row.name, row.fingerprint, row.document

    name, digest, document = in_transaction(stored)
    found, source = from_document(document), f"{name[:100]}, sha256:{digest[:SHOWN_FINGERPRINT]}"
    churn, seen = seen_churn(found, source), seen_inputs(found, source)
    if churn is None and not seen:
        raise StateError(N_("“{file}” says nothing of churn or of use."), file=name)

    def work(session: Session) -> None:
        product = get_product(session, slug)
        if churn is not None:
            append(session, product.id, churn)
            recompute_product(session, product)

    def changed(scenario: Scenario) -> Scenario:
        kept = {k: v for k, v in scenario.inputs.items() if churn is None or k != "churn_per_month"}
        return replace(scenario, inputs={**kept, **seen})

    in_transaction(work)
    return change_scenario(slug, key, changed, who)


def seen_churn(found: Actuals, source: str) -> Evidence | None:
    """Churn after the third month as a row of the ledger; None when nobody was watched so long or nobody left."""
    share = found.churn
    if share is None or share.value <= 0:
        return None
    context = {"source": source}
    return Evidence(
        CHURN, share.value, "measured", "document", source, context, share.low, share.high, note=SEEN, method=COUNTED
    )


def seen_inputs(found: Actuals, source: str) -> dict[str, Estimate]:
    """The other inputs that a table speaks of."""
    inputs: dict[str, Estimate] = {}
    early = found.early_churn
    if early is not None and early.value > 0:
        inputs["early_churn_per_month"] = Estimate(early.value, early.low, early.high, "measured", source, SEEN)
    for key, value in (
        ("requests_per_customer", found.requests_per_customer),
        ("top_tenth_share", found.top_tenth_share),
    ):
        if value is not None:
            inputs[key] = Estimate(value, grade="measured", source=source, why=SEEN)
    return inputs


@dataclass(frozen=True, slots=True)
class Fit:
    """The newest fit of a lifetime to an idea's purchases, while none has come of it."""

    run_id: str
    """"" when it was never queued."""
    state: str
    fault: ProspectusError | None
    """Why it failed."""
    number: int
    """Of the purchases."""


def read_fit(session: Session, slug: str) -> Fit | None:
    """The fit of the newest purchases that no lifetime was fitted to; None where there are none."""
    product = get_product(session, slug)
    kept = actuals(session, product.id)  # newest first
    fitted = next((place for place, row in enumerate(kept) if row.kind == "lifetime"), len(kept))
    bought = next((row for row in kept[:fitted] if row.kind == "purchases"), None)
    if bought is None:
        return None
    run = newest_of(session, product.id, FIT)
    if run is None or run.created_at < bought.created_at:
        return Fit("", "", None, bought.id)
    fault = from_dict(run.error) if run.error else None
    return Fit(run.id, run.state, fault, bought.id)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was brought for an idea, or a lifetime fitted to it."""

    id: int
    kind: str
    name: str
    author: str
    created_at: datetime
    document: Mapping[str, Any]


def read_kept(session: Session, slug: str) -> tuple[Kept, ...]:
    """Everything of an idea, newest first."""
    rows = actuals(session, get_product(session, slug).id)
    return tuple(Kept(row.id, row.kind, row.name, row.author, row.created_at, row.document) for row in rows)
