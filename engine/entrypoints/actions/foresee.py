"""What a run would cost, asked before it is queued."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from db import run_estimates as kept
from db import runs
from db.datasets import get_dataset
from db.models import Dataset
from db.session import in_transaction
from engine import catalog
from engine.data.growing import check_augmentation
from engine.devices import device_keys, read_machine
from engine.entrypoints import settings
from engine.entrypoints.actions import estimates
from engine.entrypoints.actions.estimates import Expected
from engine.entrypoints.actions.routines import queue_routine
from engine.entrypoints.actions.runs import checked_seed, data_facts, device_for
from engine.errors import N_, StateError
from engine.spec import DataFacts, build_config
from engine.training.memory import available_bytes


def foresee(  # noqa: PLR0917  in the order of the form
    dataset_id: int,
    task: str,
    recipe: str,
    config: Mapping[str, Any] | None = None,
    seed: int = 0,
    device: str = "",
    *,
    source_run: str | None = None,
) -> Expected:
    """Time, peak memory, energy and money of a run with these settings, each with a 90 % interval; nothing is queued.

    device: `local_cpu`, `local_gpu` or a GPU that is not here; what the run would be given when not said.
    Raises UnknownName, ConfigError (every fault at once), InputError, or what the recipe says it cannot do.
    """
    plan = catalog.recipe_for(task, recipe)
    built: Any = build_config(plan.config, config or {})
    number = checked_seed(seed)
    where = device or device_for(plan, read_machine())
    estimates.known_device(where)

    def read(session: Session) -> tuple[Dataset, DataFacts]:
        dataset = get_dataset(session, dataset_id)
        source = runs.get_run(session, source_run) if source_run is not None else None
        return dataset, data_facts(dataset, task, source)

    dataset, facts = in_transaction(read)
    plan.check(built, facts)
    check_augmentation(built)
    return estimates.expected(plan, built, facts, dataset, device=where, threads=settings.threads(), seed=number)


def fits(found: Expected) -> bool | None:
    """Whether the upper end of the memory is free on this machine now; None for another machine."""
    if found.figures is None or not found.device.startswith("local_"):
        return None
    return found.figures.peak_memory_mb.high * 1e6 <= available_bytes()


def recalibrate(device: str = "") -> str:
    """Queue a calibration from the finished runs of a device; returns the run's id.

    Raises StateError when no run of it has finished whose work was counted.
    """
    where = device or device_keys(read_machine(), settings.device())[0]
    taught = in_transaction(lambda session: kept.taught_by(session, where))
    if not taught:
        raise StateError(
            N_("There is nothing to learn from: no run on {device} has finished whose work was counted."),
            device=where,
            remedy=N_("Train something, or let this machine be measured."),
        )
    runs_told = [asdict(one) for one in taught]
    measured = in_transaction(lambda session: kept.newest_probe(session, where))
    inputs = {"taught.json": json.dumps({"runs": runs_told, "probe": measured}).encode()}
    return queue_routine("recalibrate", {"device": where}, inputs=inputs)


def probe() -> str:
    """Queue a short measurement of this machine; returns the run's id."""
    return queue_routine("probe")
