"""From the event file of a run to the database, and what becomes of a run whose attempt is over.

One transaction applies events, moves the offset, renews the claim and, at the end, settles the state: a kill
at any moment leaves either all of it or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.events import apply_events
from db.models import Run, RunNote
from db.runs import add_note, finish, get_run, heartbeat, requeue, worker_heartbeat
from engine.errors import N_, ProspectusError, StoredFileError
from engine.recorder import EVENTS_FILE, DiskFull, read_events

BATCH = 5_000
"""Events of one transaction at most."""
DEATHS_IN_VAIN = 3
"""Deaths without a new checkpoint in between after which a run is given up."""
DIED = N_("Attempt {attempt} ended: {cause} It goes on from checkpoint {checkpoint}.")
DIED_AT_START = N_("Attempt {attempt} ended: {cause} It starts again.")
Events = Sequence[tuple[Mapping[str, Any], int]]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended, as its follower saw it."""

    cause: ProspectusError | None
    """What ended a child that said nothing; None when it never had the run."""
    stopped_for: str | None = None
    """The reason for which it was asked to stop, if it was."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A run after its newest events."""

    state: str
    ours: bool
    stop_reason: str | None
    """Why it should stop: what a person asked for, or a budget that is used up."""
    caught_up: bool
    """Whether the file had nothing more."""


def read_batch(folder: Path, offset: int) -> tuple[Events, bool]:
    """The next events of a run from `offset` on, `BATCH` at most, and whether that was all.

    Raises StoredFileError when the very next line is damaged; what is whole before it comes first.
    """
    found: list[tuple[Mapping[str, Any], int]] = []
    try:
        found.extend(islice(read_events(folder / EVENTS_FILE, offset), BATCH))
    except StoredFileError:
        if not found:
            raise
        return found, False
    return found, len(found) < BATCH


def commit(session: Session, run_id: str, worker: str, folder: Path, ending: Ending | None) -> Standing:
    """Bring the run up to what its file says; with an `ending` and nothing left to read, settle it.

    Does nothing to a run that another worker holds. Raises StoredFileError for a damaged event file.
    """
    worker_heartbeat(session, worker)
    run = get_run(session, run_id)
    if run.state != "running" or not heartbeat(session, run_id, worker):
        return Standing(run.state, ours=False, stop_reason=None, caught_up=True)
    asked = run.stop_reason if run.stop_requested_at else None
    events, caught_up = read_batch(folder, run.event_offset)
    run = apply_events(session, run_id, events)
    if run.state == "running" and ending and caught_up:
        _settle(session, run, worker, ending, asked)
    if run.state == "stopped" and run.stop_reason == "shutdown":
        requeue_first(session, run)
    return Standing(run.state, ours=True, stop_reason=asked or _over_budget(run), caught_up=caught_up)


def _over_budget(run: Run) -> str | None:
    return "budget" if run.budget_nano is not None and run.cost_nano >= run.budget_nano else None


def requeue_first(session: Session, run: Run) -> None:
    """Queue a run again that stopped for no reason of its own; it keeps its place."""
    place = run.queued_at
    requeue(session, run.id, states=("running", "stopped")).queued_at = place


def _settle(session: Session, run: Run, worker: str, ending: Ending, asked: str | None) -> None:
    """Decide about a run whose child ended without saying how."""
    reason = asked or ending.stopped_for
    if reason in ("person", "budget"):
        finish(session, run.id, worker, "stopped", reason=reason)
        add_note(session, run.id, N_("The run did not stop in time and was ended; its last checkpoint is kept."))
    elif ending.cause is None or reason == "shutdown":
        requeue_first(session, run)
    elif isinstance(ending.cause, DiskFull) or _deaths_in_vain(session, run) >= DEATHS_IN_VAIN:
        finish(session, run.id, worker, "failed", error=ending.cause.as_dict())
    else:
        _try_again(session, run, ending.cause)


def _try_again(session: Session, run: Run, cause: ProspectusError) -> None:
    template = DIED if run.checkpoint_step is not None else DIED_AT_START
    checkpoint = -1 if run.checkpoint_step is None else run.checkpoint_step
    add_note(session, run.id, template, attempt=run.attempt, cause=str(cause), checkpoint=checkpoint)
    requeue_first(session, run)


def _deaths_in_vain(session: Session, run: Run) -> int:
    """Deaths at the present checkpoint since a person queued the run, this one included.

    The first death after a checkpoint was not in vain: that attempt reached it.
    """
    checkpoint = -1 if run.checkpoint_step is None else run.checkpoint_step
    notes = session.scalars(
        select(RunNote).where(
            RunNote.run_id == run.id,
            RunNote.template.in_((DIED, DIED_AT_START)),
            RunNote.at >= run.queued_at.timestamp(),
        )
    )
    earlier = sum(bool(note.values["checkpoint"] == checkpoint) for note in notes)
    return earlier + (1 if checkpoint == -1 else 0)
