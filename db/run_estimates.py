"""Estimates beside what then happened, and what runs taught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import CostEntry, Dataset, Experiment, Run, RunCalibration, RunEstimate
from db.money import to_usd

PROBE = "probe"
"""The routine that measures a machine, and the fact in which its finding is kept."""
NEWEST = 60
"""Finished runs of a device that teach: the newest, as machines and programs change."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A finished run whose work had been counted, with what it took."""

    run_id: str
    threads: int
    work: Mapping[str, Any]
    phases: Mapping[str, float]
    """Metered seconds by phase."""
    peak_memory_mb: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An estimate beside what happened."""

    run_id: str
    recipe: str
    device: str
    threads: int
    dataset: str
    figures: Mapping[str, Any]
    runs: int
    seconds: float
    peak_memory_mb: float | None
    usd: float
    finished_at: datetime | None


def store_estimate(
    session: Session,
    run_id: str,
    *,
    device: str,
    threads: int,
    work: Mapping[str, Any],
    figures: Mapping[str, Any],
    phases: Mapping[str, float],
    runs: int,
) -> None:
    """Keep what was expected of a run; in the transaction that queues it."""
    session.add(
        RunEstimate(
            run_id=run_id,
            device=device,
            threads=threads,
            work=dict(work),
            figures=dict(figures),
            phases=dict(phases),
            runs=runs,
        )
    )


def taught_by(session: Session, device: str, limit: int = NEWEST) -> list[Taught]:
    """The newest complete runs of a device that needed one attempt and whose work was counted, oldest first."""
    query = (
        select(RunEstimate.run_id, RunEstimate.threads, RunEstimate.work, Run.peak_memory_mb)
        .join(Run, Run.id == RunEstimate.run_id)
        .where(RunEstimate.device == device, Run.state == "complete", Run.attempt == 1)
        .order_by(Run.finished_at.desc(), Run.id)
        .limit(limit)
    )
    rows = [row for row in session.execute(query) if row.work and row.work.get("counted")]
    phases = phases_of(session, [row.run_id for row in rows])
    return [Taught(row.run_id, row.threads, row.work, phases[row.run_id], row.peak_memory_mb) for row in rows[::-1]]


def phases_of(session: Session, run_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """Metered seconds by phase of each run."""
    found: dict[str, dict[str, float]] = {run_id: {} for run_id in run_ids}
    query = (
        select(CostEntry.run_id, CostEntry.phase, func.sum(CostEntry.seconds))
        .where(CostEntry.run_id.in_(run_ids), CostEntry.category == "training")
        .group_by(CostEntry.run_id, CostEntry.phase)
    )
    for run_id, phase, seconds in session.execute(query):
        found[run_id][phase] = seconds
    return found


def newest_calibration(session: Session, device: str) -> RunCalibration | None:
    """What counts for a device now; None before anything was learned."""
    return session.scalars(
        select(RunCalibration).where(RunCalibration.device == device).order_by(RunCalibration.id.desc()).limit(1)
    ).first()


def add_calibration(session: Session, device: str, runs: int, learned: Mapping[str, Any]) -> RunCalibration:
    """Append what was learned."""
    row = RunCalibration(device=device, runs=runs, learned=dict(learned))
    session.add(row)
    session.flush()
    return row


def newest_probe(session: Session, device: str) -> Mapping[str, Any] | None:
    """What the newest measurement of this machine found, {threads, observed}; None before there was one."""
    query = (
        select(Run.facts)
        .where(Run.kind == "routine", Run.recipe == PROBE, Run.state == "complete", Run.device == device)
        .order_by(Run.finished_at.desc())
        .limit(1)
    )
    facts = session.scalars(query).first()
    return None if facts is None else facts.get(PROBE)


def earlier_settings(session: Session, recipe: str, dataset_id: int) -> list[dict[str, Any]]:
    """Settings, with the seed, of complete runs of a recipe on a data set: their cache is used again."""
    query = (
        select(Run.config, Run.seed)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Run.recipe == recipe, Run.state == "complete", Experiment.dataset_id == dataset_id)
        .order_by(Run.finished_at.desc())
        .limit(NEWEST)
    )
    return [{**row.config, "seed": row.seed} for row in session.execute(query)]


def compared(session: Session, limit: int = 500) -> list[Compared]:
    """Estimates of complete runs beside what happened, newest first. Runs of one attempt: others began anew."""
    query = (
        select(RunEstimate, Run, Dataset.name)
        .join(Run, Run.id == RunEstimate.run_id)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Dataset, Dataset.id == Experiment.dataset_id)
        .where(Run.state == "complete", Run.attempt == 1)
        .order_by(Run.finished_at.desc(), Run.id)
        .limit(limit)
    )
    return [
        Compared(
            run_id=run.id,
            recipe=run.recipe,
            device=run.device,
            threads=kept.threads,
            dataset=name,
            figures=kept.figures,
            runs=kept.runs,
            seconds=run.seconds,
            peak_memory_mb=run.peak_memory_mb,
            usd=float(to_usd(run.cost_nano)),
            finished_at=run.finished_at,
        )
        for kept, run, name in session.execute(query)
        if kept.figures
    ]
