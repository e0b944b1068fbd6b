"""Carbon of an idea as evidence and as an answer; where its electricity comes from is a setting."""

import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from db.evidence import append, current
from db.models import Product, Run
from engine.costs.carbon import WORLD, Footprint, Grid, grid, serving_footprint, training_footprint
from engine.costs.ownership.model import API, kilograms
from engine.entrypoints.actions.ownership import OwnershipCase
from engine.errors import ProspectusError
from engine.evidence import Evidence
from engine.interval import interval
from engine.wording.notes import APART, ENERGY, GRID

REGION = "PROSPECTUS_REGION"
PER_1K = "cost.kg_co2_per_1k_requests"
TRAINING = "cost.training_kg_co2"
RATE = "serving.rate_rps"


def region() -> str:
    """`PROSPECTUS_REGION`: country of the electricity, in two or three letters; WORLD unless said."""
    return os.environ.get(REGION, "").strip() or WORLD


@dataclass(frozen=True, slots=True)
class Carbon:
    """What training once and answering 1,000 requests stand for; None where something is missing."""

    place: Grid
    per_1k: Footprint | None
    training: Footprint | None


def carbon_of(case: OwnershipCase, served_by: str, where: str) -> Carbon:
    """Raises UnknownName for a country, MissingPart without the table of countries."""
    place = grid(where)
    rate, share = case.given.get("rate_rps"), case.given.get("utilisation")
    training = _or_none(training_footprint, case.training_seconds, case.device, place, case.joules)
    if rate is None or share is None or served_by == API:
        return Carbon(place, None, training)
    per_1k = _or_none(serving_footprint, case.device, rate.figure, share.figure.value, place)
    return Carbon(place, per_1k, training)


def _or_none(count: Any, *arguments: Any) -> Footprint | None:
    """None for a device whose power is not known; the page then says that it is not known."""
    try:
        found: Footprint = count(*arguments)
    except ProspectusError:
        return None
    return found


def carbon_document(case: OwnershipCase, months: int, served_by: str, where: str) -> dict[str, Any]:
    """The carbon of the months as plain values; null where something is not known."""
    found = carbon_of(case, served_by, where or region())
    both = found.per_1k is not None and found.training is not None
    kg = kilograms(case.given, months, found.per_1k.kg.value, found.training.kg.value) if both else None  # type: ignore[union-attr]
    return {
        "region": found.place.name,
        "grams_per_kwh": found.place.grams_per_kwh,
        "source": found.place.source,
        "kg": kg,
        "grade": "assumed",
        "kg_per_1k_requests": _document(found.per_1k),
        "kg_per_training_run": _document(found.training),
    }


def _document(found: Footprint | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {**found.kg._asdict(), "kwh": found.kwh.value, "grade": found.grade, "method": found.method}


def _note(found: Footprint, place: Grid) -> str:
    grams = f"{place.grams_per_kwh:g}"
    said = (
        ENERGY.format(kwh=f"{found.kwh.value:.3g}"),
        GRID.format(place=place.name, grams=grams, year=place.year, source=place.source),
    )
    return APART.join(said)


def carbon_figures(session: Session, product: Product, run: Run, utilisation: float) -> None:
    """CO2 of 1,000 requests as evidence, at the rate that is current; inside the caller's transaction."""
    row = current(session, product.id).rows.get(RATE)
    if row is None:
        return
    try:
        place = grid(region())
        found = serving_footprint(run.device, interval(row.value, row.low, row.high), utilisation, place)
    except ProspectusError:
        return  # no table of countries, or no known power: the pages say so
    context = {"run": run.id, "device": run.device, "utilisation": utilisation, "region": place.code}
    evidence = Evidence(
        PER_1K,
        found.kg.value,
        found.grade,
        "model",
        "engine.costs.carbon",
        context,
        found.kg.low,
        found.kg.high,
        note=_note(found, place),
        inputs=(row.id,),
        method=found.method,
    )
    append(session, product.id, evidence, run_id=run.id)


def training_carbon(session: Session, product: Product, run: Run) -> None:
    """CO2 of a finished run as evidence, by its counted energy where there is one; inside the caller's transaction.

    Of a run that asks an API it is that of waiting for the answers here: what the API's hardware draws is not known.
    """
    try:
        place = grid(region())
        joules = (run.facts.get("gpu") or {}).get("energy_joules")
        found = training_footprint(run.seconds, run.device, place, joules)
    except ProspectusError:
        return  # no table of countries, or no known power: the pages say so
    evidence = Evidence(
        TRAINING,
        found.kg.value,
        found.grade,
        "run",
        run.id,
        {"run": run.id, "device": run.device, "region": place.code},
        found.kg.low,
        found.kg.high,
        note=_note(found, place),
        method=found.method,
    )
    append(session, product.id, evidence, run_id=run.id)
