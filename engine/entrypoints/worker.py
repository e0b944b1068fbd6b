"""The worker: takes queued runs one at a time, starts a child for each and brings what it writes into the database.

Keeps no state of its own that a restart would miss: the queue, the claims and the offsets are rows.
"""

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Collection
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.runs import claim_next, claim_orphans, finish, worker_gone, worker_heartbeat
from db.session import in_transaction
from db.urls import DatabaseUnreachable
from engine.devices import device_keys, environment, read_machine
from engine.entrypoints import after, retention, settings, usage
from engine.entrypoints.children import Attempt, Child, Command, Orphan, run_command
from engine.entrypoints.follow import Follower, Pace
from engine.entrypoints.home import run_folder
from engine.entrypoints.jobs import job_of, write_job
from engine.errors import N_, ProspectusError
from engine.recorder import clear_stop
from engine.spec import Job

log = logging.getLogger("prospectus.worker")


class Worker:
    """One worker of one machine. `run` blocks; after `obey_signals` a signal ends it in good order."""

    def __init__(
        self,
        *,
        threads: int = 1,
        only: Collection[str] | None = None,
        with_parent: bool = False,
        command: Command = run_command,
        pace: Pace | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._machine = read_machine()
        self._devices = device_keys(self._machine, settings.device())
        self._threads = threads
        self._only = only
        self._parent = os.getppid() if with_parent else None
        self._command = command
        self._pace = pace or Pace()
        self._ending = False
        self._beat_at = 0.0

    def obey_signals(self) -> None:
        """End in good order on SIGTERM, SIGINT and SIGHUP."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _must_end(self) -> bool:
        if self._parent is not None and os.getppid() != self._parent:
            self._ending = True
        return self._ending

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Work until told to end or until `until`, asked whenever nothing runs, says so."""
        log.info("worker %s takes runs for %s, %d threads each", self.name, " and ".join(self._devices), self._threads)
        self._patiently(after.catch_up)
        self._patiently(self._make_room)
        while not self._must_end() and not until():
            if not self._patiently(self._turn):
                time.sleep(self._pace.look)
        self._patiently(self._say_goodbye)
        log.info("worker %s has ended", self.name)

    def _patiently(self, work: Callable[[], bool | None]) -> bool:
        """What `work` says; False when the database did not answer."""
        try:
            return bool(work())
        except (SQLAlchemyError, DatabaseUnreachable) as error:
            log.warning("the database did not answer: %s", error)
            return False

    def _say_goodbye(self) -> None:
        in_transaction(lambda session: worker_gone(session, self.name), patience_seconds=5.0)

    def _turn(self) -> bool:
        """Look after one run, if there is one; whether there was."""
        if time.monotonic() - self._beat_at >= self._pace.beat:
            in_transaction(lambda session: worker_heartbeat(session, self.name))
            self._beat_at = time.monotonic()
        self._count_usage()
        for run_id in in_transaction(self._take_orphans):
            log.info("run %s was left by its worker", run_id)
            self._follow(run_id, Orphan(run_folder(run_id)))
        job = in_transaction(self._claim)
        if job is not None:
            self._start(job)
        return job is not None

    def _make_room(self) -> None:
        retention.keep_within_bound()

    def _count_usage(self) -> None:
        usage.commit_all(self._devices[0])

    def _take_orphans(self, session: Session) -> list[str]:
        return [run.id for run in claim_orphans(session, self.name, self._pace.orphaned)]

    def _claim(self, session: Session) -> Job | None:
        for device in self._devices:
            run = claim_next(session, self.name, device, only=self._only)
            if run is not None:
                return job_of(session, run, self._threads, self._machine)
        return None

    def _start(self, job: Job) -> None:
        log.info("run %s (%s): attempt %d", job.run, job.recipe, job.attempt)
        folder = run_folder(job.run)
        try:
            write_job(job, folder)
            clear_stop(folder)
            child = Child(folder, self._threads, self._command, environment(self._machine, job.device, job.devices))
        except OSError as error:
            fault = ProspectusError(N_("The run cannot be started: {reason}."), reason=str(error))
            log.error("run %s: %s", job.run, fault)
            in_transaction(lambda s: finish(s, job.run, self.name, "failed", error=fault.as_dict()))
            return
        self._follow(job.run, child)

    def _follow(self, run_id: str, attempt: Attempt) -> None:
        follower = Follower(
            run_id,
            self.name,
            attempt,
            self._pace,
            must_end=self._must_end,
            meanwhile=lambda: self._patiently(self._count_usage),
        )
        standing = follower.follow()
        state = standing.state if standing else "left to the next worker"
        log.info("run %s: %s", run_id, state)
        if standing and standing.ours and standing.state == "complete":
            after.completed(run_id)
            self._patiently(self._make_room)
