"""A run's attempt as a process: started in a session of its own, asked to stop, killed after a deadline.

Knows no database. The command is the whole interface, so that another executor can run the same one elsewhere.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from engine.errors import N_, ProspectusError
from engine.recorder import DISK_FULL_EXIT, EVENTS_FILE, PARENT_VARIABLE, DiskFull

LOCK_FILE = "lock"
LOG_FILE = "child.log"
LOCKED_EXIT = 11
"""Exit code of a child that found its run in the hands of another living child."""
Command = Callable[[Path], list[str]]


def run_command(folder: Path) -> list[str]:
    """The command that executes the run in `folder`."""
    return [sys.executable, "-m", "engine.execute", str(folder)]


def child_environment(threads: int) -> dict[str, str]:
    """The parent's environment with every numeric library held to `threads`, and who the parent is.

    Threads that wait for each other sleep: spinning ones halved a training's speed as soon as another program wanted a
    core, and brought nothing that could be told on an idle machine.
    """
    libraries = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "RAYON", "VECLIB_MAXIMUM")
    limits = {f"{library}_NUM_THREADS": str(threads) for library in libraries}
    others = {"TOKENIZERS_PARALLELISM": "false", "PYTHONUNBUFFERED": "1", PARENT_VARIABLE: str(os.getpid())}
    return {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, **limits, **others}


class Attempt(Protocol):
    """One attempt of a run, followed by the worker that holds the claim."""

    def ended(self) -> bool:
        """Whether no process works on the run any more. Everything it wrote is in its files by then."""

    def kill(self) -> None:
        """End it without asking."""

    def cause(self) -> ProspectusError | None:
        """Why it ended, if it says nothing itself; None when it never had the run."""


class Child:
    """An attempt that this process started.

    Raises OSError when it cannot be started.
    """

    def __init__(
        self,
        folder: Path,
        threads: int,
        command: Command = run_command,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """environment: what is told beside the threads, such as which GPUs to use."""
        self._folder = folder
        with (folder / LOG_FILE).open("ab") as log:
            self._popen = subprocess.Popen(
                command(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**child_environment(threads), **(environment or {})},
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id, for the log."""
        return self._popen.pid

    def ended(self) -> bool:
        return self._popen.poll() is not None

    def kill(self) -> None:
        if not self.ended():
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def cause(self) -> ProspectusError | None:
        return cause_of(self._popen.wait(), self._folder)


class Orphan:
    """An attempt whose worker is gone. Its child notices, saves, stops and lets go of the lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ended(self) -> bool:
        return not is_locked(self._folder)

    def kill(self) -> None:
        """End the holder of the lock, whose process id stands in it."""
        text = (self._folder / LOCK_FILE).read_text().strip()
        if is_locked(self._folder) and text.isdecimal():
            os.kill(int(text), signal.SIGKILL)

    def cause(self) -> ProspectusError | None:
        return ProspectusError(N_("The run and its worker were both ended from outside."))


def is_locked(folder: Path) -> bool:
    """Whether a living child holds the run in `folder`."""
    path = folder / LOCK_FILE
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def cause_of(exit_code: int, folder: Path) -> ProspectusError | None:
    """What an exit code says about a child that left no end event; None: another child had the run."""
    if exit_code == LOCKED_EXIT:
        return None
    if exit_code == DISK_FULL_EXIT:
        return DiskFull(folder / EVENTS_FILE)
    if exit_code == -signal.SIGKILL:
        return ProspectusError(N_("The run was killed from outside (SIGKILL); mostly the memory was used up."))
    if exit_code < 0:
        return ProspectusError(N_("The run died of {signal}."), signal=signal.Signals(-exit_code).name)
    return ProspectusError(
        N_("The run ended with exit code {code} and said no more; see {log}."), code=exit_code, log=folder / LOG_FILE
    )
