"""A home folder with real models, and the real model server over loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engine.inference.encoders import load_encoder
from tests.unit.engine.inference.material import head_artifact, linear_artifact

READY_SECONDS = 120


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs `words` (TF-IDF), `mini` (MiniLM head), `broken` (a damaged file), and a run without artifact."""
    home = tmp_path_factory.mktemp("home")
    linear_artifact(home, "words")
    linear_artifact(home, "broken")
    (home / "runs" / "broken" / "artifact" / "linear.npz").write_bytes(b"damaged")
    head_artifact(home, "mini", load_encoder("minilm", tmp_path_factory.getbasetemp() / "cache", 1))
    (home / "runs" / "unfinished").mkdir()
    return home


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A copy of the small runs that a test may change."""
    for run in ("words", "broken", "unfinished"):
        shutil.copytree(home / "runs" / run, tmp_path / "runs" / run)
    return tmp_path


def free_port() -> int:
    """A port that nothing listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """The model server as a process of its own."""

    def __init__(self, home: Path, *options: str) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        command = [sys.executable, "-m", "engine.entrypoints.api", "--home", str(home), "--port", str(port), *options]
        begun = time.perf_counter()
        self._errors = (home / "server.err").open("w+")
        self.process = subprocess.Popen(command, stderr=self._errors, env={**os.environ, "OMP_NUM_THREADS": "1"})
        self.client = httpx.Client(base_url=self.url, timeout=120)
        self._wait(begun)
        self.ready_seconds = time.perf_counter() - begun

    def _wait(self, begun: float) -> None:
        while time.perf_counter() - begun < READY_SECONDS:
            assert self.process.poll() is None, self.errors()
            try:
                self.client.get("/health").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError(f"not ready in {READY_SECONDS} s")

    def errors(self) -> str:
        """What it has written to stderr."""
        self._errors.flush()
        self._errors.seek(0)
        return self._errors.read()

    def predict(self, run: str, **body: object) -> httpx.Response:
        """Ask one model."""
        return self.client.post(f"/v1/models/{run}/predict", json=body)

    def close(self) -> None:
        """End the process and give everything back."""
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(10)
        self._errors.close()


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[Server]:
    server = Server(home, "--threads", "1")
    yield server
    server.close()
