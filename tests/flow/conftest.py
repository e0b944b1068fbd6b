"""A stage for real worker processes: a fresh database and home, runs to queue, processes that always end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.costs import load_rates, rate_in_force
from db.datasets import store_dataset
from db.models import CostEntry, Run, RunNote, Worker
from db.runs import get_run, queue_run, request_stop, requeue
from db.segments import read_series
from db.session import in_transaction, session_scope

ROOT = Path(__file__).parents[2]
RATE = {
    "key": "local_cpu",
    "unit": "hour",
    "usd": "3.60",
    "low_usd": "3.00",
    "high_usd": "4.00",
    "grade": "assumed",
    "source": "this test",
    "note": "",
    "checked_on": None,
    "valid_from": date(2020, 1, 1),
    "fingerprint": "f" * 64,
}


class Stage:
    """Queues runs, starts real processes, waits for states. Everything it started ends with the test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = home / "worker.log"
        home.mkdir(parents=True, exist_ok=True)
        in_transaction(lambda session: load_rates(session, [RATE]))
        dataset, _ = in_transaction(
            lambda session: store_dataset(
                session,
                name="nothing",
                fingerprint="0" * 64,
                file_sha256="1" * 64,
                folder="datasets/none",
                text_column="text",
                label_column="label",
                language="en",
                labels=["no", "yes"],
                profile={},
                rows_per_split={"train": 70, "validation": 15, "test": 15},
            )
        )
        self.dataset_id = dataset.id

    def queue(self, budget_usd: float | None = None, **config: Any) -> str:
        """A run of the stand-in child, queued as the product does: workers may be writing."""

        def work(session: Session) -> str:
            return queue_run(
                session,
                product_id=None,
                dataset_id=self.dataset_id,
                task="text_classification",
                recipe="standin",
                config=config,
                seed=0,
                device="local_cpu",
                rate_id=rate_in_force(session, "local_cpu", date.today()).id,
                budget_usd=budget_usd,
            ).id

        return in_transaction(work)

    def start(self, *module: str) -> subprocess.Popen[bytes]:
        """A real process, from the root of the repository."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *module], cwd=ROOT, stderr=log, stdout=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker whose children are stand-ins."""
        return self.start("tests.flow.standin_worker")

    def run(self, run_id: str) -> Run:
        """The row as it is now."""
        with session_scope() as session:
            return get_run(session, run_id)

    def stop(self, run_id: str) -> None:
        """What the stop button does."""
        in_transaction(lambda session: request_stop(session, run_id))

    def resume(self, run_id: str) -> None:
        """What the resume button does."""
        in_transaction(lambda session: requeue(session, run_id))

    def wait_for(self, run_id: str, *states: str, seconds: float = 120.0) -> Run:
        """Wait until the run is in one of the states."""
        self.until(lambda: self.run(run_id).state in states, seconds, f"run {run_id} to be {states}")
        return self.run(run_id)

    def until(self, condition: Callable[[], bool], seconds: float = 120.0, what: str = "a condition") -> None:
        """Wait for a condition; when it does not come, fail with the worker's log."""
        wait_until(condition, seconds, what, self.log)

    def child_of(self, worker: "subprocess.Popen[bytes]") -> psutil.Process:
        """The living child of a worker."""
        self.until(lambda: bool(psutil.Process(worker.pid).children()), what="a child")
        return psutil.Process(worker.pid).children()[0]

    def points(self, run_id: str, name: str = "train.loss") -> dict[int, float]:
        """A series as the database has it."""
        with session_scope() as session:
            series = read_series(session, [run_id], [name])[run_id]
            return {step: value for step, (value, _at) in series.get(name, {}).items()}

    def costs(self, run_id: str) -> list[CostEntry]:
        """Its cost entries."""
        with session_scope() as session:
            return list(session.scalars(select(CostEntry).where(CostEntry.run_id == run_id).order_by(CostEntry.id)))

    def alive(self) -> int:
        """How many workers have said that they are there."""
        with session_scope() as session:
            return len(list(session.scalars(select(Worker.name))))

    def notes(self, run_id: str) -> list[str]:
        """Its log lines, as templates."""
        with session_scope() as session:
            return list(session.scalars(select(RunNote.template).where(RunNote.run_id == run_id).order_by(RunNote.id)))

    def end(self) -> None:
        """Kill whatever still lives, children first."""
        for process in self.processes:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_until(condition: Callable[[], bool], seconds: float, what: str, log: Path, every: float = 0.05) -> None:
    """Wait for a condition, looked at so often; when it does not come, fail with the end of the log."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain for {what}:\n{log.read_text()[-4000:] if log.exists() else ''}")
        time.sleep(every)


@pytest.fixture
def stage(database: str, tmp_path: Path) -> Iterator[Stage]:
    """A fresh stage."""
    made = Stage(tmp_path / "home")
    yield made
    made.end()


def living(folder: Path) -> list[psutil.Process]:
    """Processes whose command line names the run folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(folder) in (process.info["cmdline"] or []):
            found.append(process)
    return found
