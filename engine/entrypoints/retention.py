"""Keeps models and checkpoints within `PROSPECTUS_ARTIFACTS_MB`: the oldest that nobody needs go first.

Checkpoints of complete runs go before any model. A model is marked as removed in the database before it is deleted:
a kill at any moment leaves it either there and unmarked, or marked and deleted by the next worker. Figures,
predictions and costs stay.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from db import artifacts
from db.session import in_transaction
from engine.entrypoints import settings
from engine.entrypoints.home import run_folder
from engine.inference.removal import ARTIFACT_FOLDER, REMOVED_FOLDER, Removal, remove

log = logging.getLogger("prospectus.worker")
CHECKPOINTS = "checkpoints"
MB = 1_000_000


def keep_within_bound() -> list[str]:
    """Finish what was begun, then remove what is over the bound; ids of the runs whose model went now.

    What cannot be deleted is logged and tried again the next time.
    """
    limit_mb = settings.artifacts_mb()
    for run_id, moment in in_transaction(artifacts.marked):
        _delete(Removal(run_id, moment, limit_mb))
    over = _used_bytes() - limit_mb * MB
    if limit_mb == 0 or over <= 0:
        return []
    over -= _drop_checkpoints(over)
    return list(_drop_models(over, limit_mb))


def _drop_checkpoints(over: int) -> int:
    """Delete checkpoints of complete runs until enough is free; how many bytes that made."""
    freed = 0
    for run_id in in_transaction(artifacts.complete_runs):
        if freed >= over:
            break
        folder = run_folder(run_id) / CHECKPOINTS
        size = bytes_of(folder)
        if size:
            shutil.rmtree(folder, ignore_errors=True)
            freed += size - bytes_of(folder)
    return freed


def _drop_models(over: int, limit_mb: int) -> Iterator[str]:
    for run_id in in_transaction(artifacts.removable):
        if over <= 0:
            return
        size = bytes_of(run_folder(run_id) / ARTIFACT_FOLDER)
        moment = in_transaction(partial(artifacts.mark_removed, run_id=run_id))
        if moment is not None and _delete(Removal(run_id, moment, limit_mb)):
            log.info("the model of run %s was removed to keep within %d MB", run_id, limit_mb)
            over -= size
            yield run_id
    if over > 0:
        log.warning("models that have to stay take %d MB more than the bound of %d MB", over // MB, limit_mb)


def _delete(removal: Removal) -> bool:
    folder = run_folder(removal.run)
    if not (folder / ARTIFACT_FOLDER).exists() and not (folder / REMOVED_FOLDER).exists():
        return False
    try:
        remove(folder, removal)
    except OSError as error:
        log.warning("the model of run %s cannot be deleted yet: %s", removal.run, error)
        return False
    return True


def _used_bytes() -> int:
    """What models and checkpoints take, of all runs."""
    runs = run_folder("")
    if not runs.is_dir():
        return 0
    kinds = (ARTIFACT_FOLDER, REMOVED_FOLDER, CHECKPOINTS)
    return sum(bytes_of(Path(run.path) / kind) for run in os.scandir(runs) if run.is_dir() for kind in kinds)


def bytes_of(folder: Path) -> int:
    """Bytes of all files in a folder; 0 when there is none. Files that go meanwhile are not counted."""
    total = 0
    for place, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(place) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total
