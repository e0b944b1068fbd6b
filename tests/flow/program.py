"""The whole program as a process: started, asked, killed in parts, ended."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
MARKS: Mapping[str, str] = {
    "web": "dashboard.web",
    "worker": "worker",
    "server": "engine.entrypoints.api",
    "child": "engine.execute",
}
"""A word of the command line by which each part is told."""
LOOK_SECONDS = 0.1
"""Between two looks, of which each reads the table of processes or asks a server."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """`python -m dashboard` on free ports. Whatever it started ends with the test."""

    def __init__(self, folder: Path) -> None:
        self.port, self.server_port = free_port(), free_port()
        self.log = folder / "program.log"
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "dashboard"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PROSPECTUS_PORT": str(self.port),
                    "PROSPECTUS_SERVER_PORT": str(self.server_port),
                    "PROSPECTUS_THREADS": "1",
                },
                stdout=log,
                stderr=log,
            )
        self._seen: dict[int, psutil.Process] = {}

    def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for a condition; fail with the log when it does not come."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"waited {seconds} s in vain for {what}:\n{self.log.read_text()[-6000:]}")
            time.sleep(LOOK_SECONDS)

    def until_up(self) -> float:
        """Wait until all parts answer; seconds from the start of the process to the dashboard's answer."""
        self.until(lambda: self.answers(self.port, "/_stcore/health"), 60, "the dashboard")
        seconds = time.monotonic() - self.started
        self.until(lambda: self.answers(self.server_port, "/health"), 60, "the model server")
        self.until(lambda: self.part("worker") is not None, 60, "the worker")
        return seconds

    @staticmethod
    def answers(port: int, path: str) -> bool:
        """Whether an HTTP server there says yes."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def processes(self) -> list[psutil.Process]:
        """Everything alive below the supervisor; remembered, to see later that it ended."""
        try:
            found = psutil.Process(self.popen.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            found = []
        self._seen.update({process.pid: process for process in found})
        return found

    def part(self, name: str) -> psutil.Process | None:
        """The living process of a part."""
        for process in self.processes():
            try:
                if MARKS[name] in process.cmdline():
                    return process
            except psutil.Error:
                continue
        return None

    def kill(self, name: str) -> bool:
        """kill -9 of a part; whether it was there."""
        process = self.part(name)
        if process is None:
            return False
        process.kill()
        return True

    def end(self, number: int = signal.SIGTERM, seconds: float = 120) -> int:
        """End it in good order; its exit code."""
        self.processes()
        self.popen.send_signal(number)
        return self.popen.wait(seconds)

    def left_over(self, seconds: float = 0.0) -> list[str]:
        """Command lines of what it started and still lives after so many seconds."""
        _, alive = psutil.wait_procs(list(self._seen.values()), timeout=seconds)
        return [" ".join(process.cmdline()) for process in alive if process.status() != psutil.STATUS_ZOMBIE]

    def close(self) -> None:
        """Kill whatever a failed test left."""
        self.processes()
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for process in self._seen.values():
            if process.is_running():
                process.kill()
