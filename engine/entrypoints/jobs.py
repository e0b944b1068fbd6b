"""From a claimed run to the `job.json` that its child reads."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, Rate, Run
from db.money import to_usd
from engine import catalog
from engine.devices import GPU, Machine, gpus_for
from engine.entrypoints.home import cache_folder, inside, run_folder
from engine.spec import Job, Recipe
from engine.spec.routine import Routine

JOB_FILE = "job.json"


def job_of(session: Session, run: Run, threads: int, machine: Machine) -> Job:
    """Everything that the run's child is told. On GPUs it is spread over as many as its recipe and batch are for."""
    experiment = session.get_one(Experiment, run.experiment_id)
    dataset = session.get_one(Dataset, experiment.dataset_id) if experiment.dataset_id is not None else None
    spreads = run.device == GPU and _plan(run).gpus == "several"
    return Job(
        run=run.id,
        task=experiment.task,
        recipe=run.recipe,
        config=dict(run.config),
        seed=run.seed,
        dataset_folder=str(inside(dataset.folder)) if dataset else "",
        dataset_fingerprint=dataset.fingerprint if dataset else "",
        labels=tuple(dataset.labels) if dataset else (),
        language=dataset.language if dataset else "",
        cache_folder=str(cache_folder()),
        threads=threads,
        device=run.device,
        usd_per_hour=float(to_usd(session.get_one(Rate, run.rate_id).usd_nano)),
        budget_usd=None if run.budget_nano is None else float(to_usd(run.budget_nano)),
        attempt=run.attempt,
        source_run=run.source_run_id or "",
        source_folder=str(run_folder(run.source_run_id)) if run.source_run_id else "",
        kind="routine" if run.kind == "routine" else "recipe",
        devices=gpus_for(machine, spreads, int(run.config.get("batch_size", 0))),
    )


def _plan(run: Run) -> Recipe | Routine:
    return catalog.routine(run.recipe) if run.kind == "routine" else catalog.recipe(run.recipe)


def write_job(job: Job, folder: Path) -> None:
    """Put `job.json` into the run folder, whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{JOB_FILE}.partial"
    plain: dict[str, Any] = dataclasses.asdict(job)
    with partial.open("w", encoding="utf-8") as file:
        json.dump(plain, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / JOB_FILE)
