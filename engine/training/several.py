"""One run in several processes, each with its part of every batch and its own GPU.

The process that the worker started is the first. Before it fits, it starts the others with the same command and the
variables by which torch.distributed, accelerate and Trainer find each other (RANK, WORLD_SIZE, MASTER_ADDR ...), as
`torchrun` would. Only the first records, saves, evaluates the artifact and exports; the others train with it and end.
One that fails ends all: nothing else can end a collective operation that waits for it.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.recorder import PARENT_VARIABLE, Estimate

LOST_EXIT = 13
"""Exit code of a run's first process when another one of it has failed."""
PATIENCE_SECONDS = 30.0
"""How long the first waits for the others to end after the training."""
FAILS_SECONDS = 3.0
REASONS: tuple[str | None, ...] = (None, "person", "shutdown", "budget")


class Assisted(Exception):
    """Ends the fit of a process that is not the first, when the training is done."""


def rank() -> int:
    """The place of this process in its run, 0 for the first and for one that is alone."""
    return int(os.environ.get("RANK", "0"))


def size() -> int:
    """How many processes the run has."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def agreed(reason: str | None) -> str | None:
    """What the first process says, in all of them; waits for the others when there are some."""
    if size() == 1:
        return reason
    import torch
    import torch.distributed as group

    device = "cuda" if group.get_backend() == "nccl" else "cpu"
    code = torch.tensor([REASONS.index(reason)], device=device)
    group.broadcast(code, src=0)
    return REASONS[int(code.item())]


@contextmanager
def team(folder: Path, devices: int) -> Iterator[None]:
    """With several devices, this process is the first of so many while the block lasts."""
    if devices == 1 or rank() > 0:
        yield
        return
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), "WORLD_SIZE": str(devices)}
    os.environ.update({**meeting, "RANK": "0", "LOCAL_RANK": "0"})
    others = [_start(folder, {**meeting, "RANK": str(n), "LOCAL_RANK": str(n)}) for n in range(1, devices)]
    done = threading.Event()
    watch = threading.Thread(target=_end_when_one_fails, args=(others, done), name="team", daemon=True)
    watch.start()
    try:
        yield
        for other in others:
            other.wait(PATIENCE_SECONDS)
    except RuntimeError:  # what a lost connection becomes here, when it is noticed before the watch looks again
        if _one_fails_within(others, FAILS_SECONDS):
            os._exit(LOST_EXIT)
        raise
    finally:
        done.set()
        watch.join()
        for other in others:
            other.kill()
            other.wait()
        _leave()
        for name in (*meeting, "RANK", "LOCAL_RANK"):
            os.environ.pop(name, None)


def _start(folder: Path, place: dict[str, str]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **place, PARENT_VARIABLE: str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "engine.execute", str(folder)], env=environment)


def _end_when_one_fails(others: "list[subprocess.Popen[bytes]]", done: threading.Event) -> None:
    while not done.wait(0.2):
        if _one_fails_within(others, 0.0):
            for other in others:
                other.kill()
            os._exit(LOST_EXIT)


def _one_fails_within(others: "list[subprocess.Popen[bytes]]", seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not any(other.poll() not in (None, 0) for other in others):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def _leave() -> None:
    import torch.distributed as group

    if group.is_available() and group.is_initialized():
        with suppress(RuntimeError):  # the others may be gone already
            group.destroy_process_group()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end_with_first() -> None:
    """Have a process that is not the first end when the first is gone."""
    first = int(os.environ[PARENT_VARIABLE])

    def watch() -> None:
        forever = threading.Event()
        while not forever.wait(0.5):
            if os.getppid() != first:
                os._exit(LOST_EXIT)

    threading.Thread(target=watch, name="first", daemon=True).start()


class Silent:
    """The Recorder of a process that is not the first: it tells nothing and decides nothing."""

    def log(self, step: int, **values: float) -> None:
        pass

    def summary(self, split: str, name: str, estimate: Estimate, baseline: float | None = None) -> None:
        pass

    def spend(self, phase: str, start: float, end: float) -> None:
        pass

    def charge(self, key: str, usd: Decimal, **about: Any) -> None:
        pass

    def charged(self) -> Mapping[str, Decimal]:
        return {}

    def progress(self, fraction: float, template: str, *, left_seconds: float | None = None, **values: Any) -> None:
        pass

    def checkpoint(self, step: int) -> None:
        pass

    def resume(self, step: int) -> None:
        pass

    def artifact(self, name: str, path: Path) -> None:
        pass

    def facts(self, **values: Any) -> None:
        pass

    def note(self, template: str, **values: Any) -> None:
        pass

    def stop_requested(self) -> str | None:
        return None
