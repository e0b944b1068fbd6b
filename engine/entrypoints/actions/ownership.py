"""The cost of owning an idea: its inputs out of the ledger, the rates and what people typed; and its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import now
from db.costs import rate_in_force
from db.evidence import append, current
from db.models import Dataset, EvidenceRow, Experiment, Product, Run
from db.ownership import TypedInput, add_input, typed_inputs
from db.products import get_product
from db.session import in_transaction
from engine.costs.ownership.inputs import INPUTS, Given, checked_input
from engine.costs.ownership.model import API, OWN, Ownership, ownership
from engine.costs.rates.lookup import find
from engine.costs.serving import UTILISATION
from engine.entrypoints.actions.checks import NAME_LENGTH, TEXT_LENGTH, checked_text
from engine.errors import N_, StateError
from engine.evidence import Evidence, Grade
from engine.interval import Interval, interval
from engine.wording.notes import APART, GIVEN

USUAL_MONTHS = 24
EVIDENCE = {
    "training_usd": "cost.training_usd",
    "requests_per_month": "market.requests_per_month",
    "usd_per_hour": "cost.device_usd_per_hour",
    "rate_rps": "serving.rate_rps",
    "api_usd_per_1k": "cost.api_per_1k_requests_usd",
}
"""Inputs that are figures of the ledger."""
RATES = {"label_usd": "labelling/text_class", "hour_usd": "salary/ml_engineer/US"}
"""Inputs that are dated rates, by key."""
PLANNED = N_("planning assumption")
METHOD = N_("sum of its parts; the ends combine worst with worst, so the interval is wider than 95 %")
MEASURE = "cost.ownership_usd"


@dataclass(frozen=True, slots=True)
class OwnershipCase:
    """One idea's inputs, and what people typed about them."""

    slug: str
    name: str
    given: Mapping[str, Given]
    typed: Mapping[str, TypedInput]
    served_by: str
    """own, or api where the run that leads asks one."""
    lead_run: str | None
    device: str
    """Of the run that leads; "" without one."""
    training_seconds: float
    joules: float | None
    """Energy of its training as the driver counted it."""


def ownership_case(session: Session, slug: str) -> OwnershipCase:
    """Everything about one idea. Raises UnknownName."""
    product = get_product(session, slug)
    found = current(session, product.id)
    lead = session.get(Run, found.lead.run_id) if found.lead else None
    typed = typed_inputs(session, product.id)
    given = {**_planned(session, product), **_rates(session), **_evidence(found.rows)}
    given |= _stored(session, product, lead)
    given |= {
        name: Given(name, Interval(one.value, one.low, one.high), "assumed", one.author) for name, one in typed.items()
    }
    return OwnershipCase(
        product.slug,
        product.name,
        {name: given[name] for name in INPUTS if name in given},
        typed,
        API if lead is not None and lead.facts.get("api") else OWN,
        lead.id if lead else None,
        lead.device if lead else "",
        lead.seconds if lead else 0.0,
        (lead.facts.get("gpu") or {}).get("energy_joules") if lead else None,
    )


def _evidence(rows: Mapping[str, EvidenceRow]) -> dict[str, Given]:
    return {
        name: Given(
            name,
            interval(row.value, row.low, row.high),
            cast(Grade, row.grade),
            row.source,
            row.id,
            row.source_kind,
        )
        for name, measure in EVIDENCE.items()
        if (row := rows.get(measure)) is not None
    }


def _rates(session: Session) -> dict[str, Given]:
    found = {}
    for name, key in RATES.items():
        try:
            rate = rate_in_force(session, key, now().date())
        except StateError:
            continue
        from engine.entrypoints.actions.money import rate_interval

        found[name] = Given(name, rate_interval(rate), cast(Grade, rate.grade), f"{rate.key}: {rate.source}")
    hot = find("storage", "hot")
    if hot:
        figure = Interval(float(hot[0].usd), float(hot[0].low_usd), float(max(rate.high_usd for rate in hot)))
        grade = "quoted" if hot[0].grade == "quoted" else "assumed"
        name = "storage_usd_gb_month"
        found[name] = Given(name, figure, cast(Grade, grade), f"{hot[0].key}: {hot[0].source}")
    return found


def _planned(session: Session, product: Product) -> dict[str, Given]:
    """What is guessed where nobody said otherwise, and the count of this idea's own runs."""
    given = {"utilisation": Given("utilisation", interval(UTILISATION), "assumed", PLANNED)}
    runs = session.scalar(
        select(func.count())
        .select_from(Run)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Experiment.product_id == product.id, Run.state == "complete", Run.kind == "recipe")
    )
    if runs:
        given["tries"] = Given("tries", interval(float(runs)), "measured", N_("finished runs of this idea so far"))
    return given


def _stored(session: Session, product: Product, lead: Run | None) -> dict[str, Given]:
    """Bytes of the data and of the model, as they are on disk."""
    data = session.get(Dataset, product.dataset_id) if product.dataset_id is not None else None
    size = float((data.profile or {}).get("file_bytes") or 0) if data is not None else 0.0
    size += float(lead.facts.get("artifact_bytes") or 0) if lead is not None else 0.0
    if not size:
        return {}
    return {
        "storage_gb": Given("storage_gb", interval(size / 1e9), "measured", N_("the file of the data and the model"))
    }


def assume_ownership(
    slug: str,
    name: str,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    why: str = "",
    author: str,
) -> None:
    """Write down what somebody assumes of one input; None empties it again. The evidence follows.

    Raises UnknownName or InputError for what breaks a rule; nothing is written then.
    """
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    reason = checked_text(N_("The reason"), why, TEXT_LENGTH, required=False)
    figure = checked_input(name, 1.0 if value is None else float(value), low, high)

    def work(session: Session) -> None:
        product = get_product(session, slug)
        add_input(session, product.id, name, None if value is None else figure, why=reason, author=who)
        ownership_figures(session, product)

    in_transaction(work)


def ownership_figures(session: Session, product: Product) -> None:
    """The cost of owning an idea as evidence, where every part of it is known; inside the caller's transaction."""
    case = ownership_case(session, product.slug)
    found = ownership(case.given, USUAL_MONTHS, case.served_by)
    if not found.whole or found.grade is None:
        return
    used = [case.given[name] for name in _names(found)]
    evidence = Evidence(
        MEASURE,
        found.known.value,
        found.grade,
        "model",
        "engine.costs.ownership",
        {"months": USUAL_MONTHS, "served_by": case.served_by},
        found.known.low,
        found.known.high,
        note=APART.join(
            GIVEN.format(input=INPUTS[one.name].title, number=f"{one.figure.value:g}", grade=one.grade) for one in used
        ),
        inputs=tuple(one.evidence_id for one in used if one.evidence_id is not None),
        method=METHOD,
    )
    append(session, product.id, evidence, run_id=case.lead_run)


def _names(found: Ownership) -> list[str]:
    from engine.costs.ownership.model import needs

    return list(dict.fromkeys(name for part in found.parts for name in needs(part.part, found.served_by)))


def as_document(case: OwnershipCase, found: Ownership) -> dict[str, Any]:
    """The answer as plain values."""

    def ends(figure: Interval | None) -> dict[str, float] | None:
        return None if figure is None else {"value": figure.value, "low": figure.low, "high": figure.high}

    return {
        "idea": case.slug,
        "months": found.months,
        "served_by": found.served_by,
        "known_usd": ends(found.known),
        "whole": found.whole,
        "grade": found.grade,
        "parts": {p.part: {"usd": ends(p.usd), "grade": p.grade, "missing": list(p.missing)} for p in found.parts},
        "tornado": [{"input": s.name, "at_low": s.at_low, "at_high": s.at_high} for s in found.swings],
        "inputs": {
            name: {**(ends(one.figure) or {}), "grade": one.grade, "source": f"{one.source_kind} {one.source}".strip()}
            for name, one in case.given.items()
        },
    }
