"""Following one attempt: its events into the database, requests to stop to the child, and a kill when it does not."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from db.runs import finish
from db.session import in_transaction
from db.urls import DatabaseUnreachable
from engine.entrypoints.children import Attempt
from engine.entrypoints.home import run_folder
from engine.entrypoints.tail import Ending, Standing, commit
from engine.errors import ProspectusError, StoredFileError
from engine.recorder import request_stop

log = logging.getLogger("prospectus.worker")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how long, in seconds."""

    look: float = 0.3
    """Between two looks at the queue, and at a child's life."""
    commit: float = 1.5
    """Between two commits of a child's events."""
    beat: float = 5.0
    """Between two signs of life of an idle worker."""
    orphaned: float = 10.0
    """Silence after which a run's worker counts as gone."""
    stop: float = 30.0
    """A child's time to save and stop, before it is killed."""
    shutdown: float = 20.0
    """The same when the worker itself has to end."""


class Follower:
    """Stays with one attempt until no process works on it and the database says all that it said.

    A database that does not answer delays the events and loses none: they stay in the file.
    """

    def __init__(
        self,
        run_id: str,
        worker: str,
        attempt: Attempt,
        pace: Pace,
        *,
        must_end: Callable[[], bool] = lambda: False,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        self._run = run_id
        self._worker = worker
        self._attempt = attempt
        self._pace = pace
        self._must_end = must_end
        self._meanwhile = meanwhile
        self._folder = run_folder(run_id)
        self._reason: str | None = None
        self._deadline = float("inf")

    def follow(self) -> Standing | None:
        """The run's last standing; None when the worker had to end before the database answered."""
        while True:
            ended = self._attempt.ended()  # asked first: all it wrote before it ended is read after
            standing = self._committed(ended)
            if standing is not None and (standing.state != "running" or not standing.ours):
                self._see_out(ours=standing.ours)
                return standing
            if ended and standing is None and self._must_end() and time.monotonic() > self._give_up_at():
                return None
            self._stop_if_asked(standing)
            self._meanwhile()
            self._wait(standing)

    def _committed(self, ended: bool) -> Standing | None:
        ending = Ending(self._attempt.cause(), self._reason) if ended else None
        work = partial(commit, run_id=self._run, worker=self._worker, folder=self._folder, ending=ending)
        try:
            return in_transaction(work, patience_seconds=5.0)
        except StoredFileError as damage:
            return self._give_up(damage)
        except (SQLAlchemyError, DatabaseUnreachable) as error:
            log.warning("the database did not take the events of run %s, trying again: %s", self._run, error)
            return None

    def _give_up(self, damage: ProspectusError) -> Standing:
        """End a run whose event file cannot be read."""
        log.error("run %s: %s", self._run, damage)
        self._ask("shutdown", 0.0)
        in_transaction(lambda s: finish(s, self._run, self._worker, "failed", error=damage.as_dict()))
        return Standing("failed", ours=True, stop_reason=None, caught_up=True)

    def _stop_if_asked(self, standing: Standing | None) -> None:
        if standing is not None and standing.stop_reason:
            self._ask(standing.stop_reason, self._pace.stop)
        if self._must_end():
            self._ask("shutdown", self._pace.shutdown)
        if time.monotonic() > self._deadline and not self._attempt.ended():
            log.warning("run %s did not stop in time and is killed", self._run)
            self._attempt.kill()

    def _ask(self, reason: str, seconds: float) -> None:
        """Ask the child to save and stop; the first reason stands, the earliest deadline counts."""
        self._deadline = min(self._deadline, time.monotonic() + seconds)
        if self._reason is not None:
            return
        self._reason = reason
        log.info("run %s is asked to stop: %s", self._run, reason)
        try:
            request_stop(self._folder, reason)
        except OSError as error:
            log.warning("the request to stop cannot be written (%s): run %s will be killed", error, self._run)

    def _give_up_at(self) -> float:
        return self._deadline + 5.0

    def _wait(self, standing: Standing | None) -> None:
        """Until the next commit is due, the child ends, or the worker has to."""
        if standing is not None and not standing.caught_up:
            return
        due = time.monotonic() + self._pace.commit
        stopping = self._reason is not None
        while time.monotonic() < due:
            time.sleep(self._pace.look)
            if self._attempt.ended() or (self._must_end() and not stopping):
                return

    def _see_out(self, *, ours: bool) -> None:
        """The run is settled, or another worker's: no process of ours may outlive that."""
        if not ours:
            self._ask("shutdown", self._pace.stop)
        deadline = min(self._deadline, time.monotonic() + self._pace.stop)
        while not self._attempt.ended():
            if time.monotonic() > deadline:
                self._attempt.kill()
            time.sleep(0.05)
