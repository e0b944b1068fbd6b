"""Queue a routine: its settings checked, its inputs put into the run folder before the run is in the queue."""

import dataclasses
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import runs
from db.base import now
from db.costs import rate_in_force
from db.models import Artifact, Rate
from db.products import get_product
from db.session import in_transaction
from engine import catalog
from engine.devices import read_machine
from engine.entrypoints.actions.costs import append_rates
from engine.entrypoints.actions.runs import checked_budget, checked_seed, device_for
from engine.entrypoints.home import run_folder
from engine.inference.files import flush
from engine.perform import INPUTS
from engine.routines.check_models import MODELS_FILE
from engine.spec import build_config


def queue_routine(
    name: str,
    config: Mapping[str, Any] | None = None,
    *,
    inputs: Mapping[str, bytes | Path] | None = None,
    product_slug: str | None = None,
    seed: int = 0,
    budget_usd: float | None = None,
    priority: int = 0,
) -> str:
    """Queue a run of a routine and return its id; the rate in force now prices all its seconds.

    inputs: files for the routine's `inputs` folder by plain file name, as bytes or as a file to copy.
    Raises UnknownName, ConfigError (every fault at once) or InputError.
    """
    routine = catalog.routine(name)
    built: Any = build_config(routine.config, config or {})
    budget, number = checked_budget(budget_usd), checked_seed(seed)
    run_id = runs.new_id()
    folder = run_folder(run_id)
    _put(folder / INPUTS, inputs or {})

    def work(session: Session) -> str:
        product = get_product(session, product_slug) if product_slug is not None else None
        if session.scalars(select(Rate.id).limit(1)).first() is None:
            append_rates(session)
        device = device_for(routine, read_machine())
        return runs.queue_routine(
            session,
            run_id,
            product_id=product.id if product else None,
            routine=routine.name,
            config=dataclasses.asdict(built),
            seed=number,
            device=device,
            rate_id=rate_in_force(session, device, now().date()).id,
            budget_usd=budget,
            priority=priority,
        ).id

    try:
        return in_transaction(work)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # nobody knows of it
        raise


def check_models() -> str:
    """Queue a check of every stored model; returns the run's id."""

    def stored(session: Session) -> dict[str, str]:
        query = select(Artifact.run_id, Artifact.path).where(Artifact.name == "artifact", Artifact.removed_at.is_(None))
        return {run_id: str(run_folder(run_id) / path) for run_id, path in session.execute(query)}

    models = json.dumps(in_transaction(stored)).encode()
    return queue_routine("check_models", inputs={MODELS_FILE: models})


def _put(folder: Path, inputs: Mapping[str, bytes | Path]) -> None:
    folder.mkdir(parents=True)
    for name, content in inputs.items():
        if Path(name).name != name:
            raise ValueError(f"an input is a plain file name, not {name!r}")
        if isinstance(content, Path):
            shutil.copyfile(content, folder / name)
        else:
            (folder / name).write_bytes(content)
    flush(folder)
