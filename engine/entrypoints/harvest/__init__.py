"""Takes what routines found into the database: one file a routine, `HARVEST = Harvest(...)`, found by discovery."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from db.base import now
from db.models import Run
from db.runs import add_note
from db.session import in_transaction
from engine import catalog
from engine.entrypoints.home import run_folder
from engine.errors import N_, ProspectusError
from engine.perform import OUTPUT
from engine.registry import DiscoveryError, discover

log = logging.getLogger("prospectus.worker")


@dataclass(frozen=True, slots=True)
class Harvest:
    """How the output of one routine becomes rows."""

    name: str
    """The routine's."""
    take: Callable[[Session, Run, Path], None]
    """Reads the output folder and writes rows, in the transaction that marks the run as harvested; may run again
    after a failure. Raises ProspectusError for an output that cannot be used."""


@cache
def harvests() -> dict[str, Harvest]:
    """By routine. Raises DiscoveryError for a routine without one, or one without a routine."""
    found = discover("engine.entrypoints.harvest", "HARVEST", Harvest)
    if different := set(found) ^ set(catalog.routines()):
        raise DiscoveryError(f"routines and harvests do not go together: {', '.join(sorted(different))}")
    return found


def take(run_id: str) -> None:
    """Take in what a complete run of a routine found, once; nothing for a run of a recipe.

    An output that cannot be used is said in the run's log and tried again when a worker starts.
    """

    def work(session: Session) -> None:
        run = session.get_one(Run, run_id)
        if run.kind != "routine" or run.harvested_at is not None or run.state != "complete":
            return
        harvests()[run.recipe].take(session, run, run_folder(run_id) / OUTPUT)
        run.harvested_at = now()

    try:
        in_transaction(work)
    except ProspectusError as error:
        log.warning("what run %s found could not be taken in: %s", run_id, error)
        words, reason = N_("What it found could not be taken in: {reason}"), str(error)
        in_transaction(lambda session: add_note(session, run_id, words, reason=reason))
