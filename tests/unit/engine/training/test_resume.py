"""An interrupted and resumed training ends exactly as an uninterrupted one: float32, one thread, a tiny model.

`test_whole_models` resumes MiniLM.
"""

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.inference.files import sha256_of
from engine.recipes import lora
from engine.recorder import EVENTS_FILE, FileRecorder, read_events
from engine.spec import FitContext
from engine.training import checkpoints
from engine.training.stop import StopRun
from tests.unit.engine.recipes.material import make_context

CONFIG = {
    "epochs": 3,
    "batch_size": 8,
    "max_length": 24,
    "evaluations_per_epoch": 2,
    "checkpoint_every": 4,
    "precision": "fp32",
    "dropout": 0.2,
    "patience": 3,
    "learning_rate": 2e-3,
}
ROWS = {"train": 53, "validation": 24, "test": 4}
"""53 rows in batches of 8: seven steps an epoch, the last one not full; 21 steps in all."""


class StopsAt(FileRecorder):
    """Asks for a stop at the n-th look."""

    def __init__(self, folder: Path, looks: int) -> None:
        super().__init__(folder)
        self.looks = looks

    def stop_requested(self) -> str | None:
        self.looks -= 1
        return "person" if self.looks <= 0 else None


def _context(folder: Path, config: Mapping[str, Any], looks: int = 10**9) -> FitContext:
    context = make_context(folder, lora.RECIPE, config, ROWS)
    context.recorder.close()
    object.__setattr__(context, "recorder", StopsAt(folder, looks))
    return context


def _weights(folder: Path) -> dict[str, str]:
    names = ("adapter/adapter_model.safetensors", "merged/model.safetensors", "model.onnx")
    return {name: sha256_of(folder / "artifact" / name) for name in names}


def _curve(folder: Path) -> dict[tuple[int, str], float]:
    """The points of all series as the worker keeps them: those after a resume's step are void."""
    points: dict[tuple[int, str], float] = {}
    for event, _ in read_events(folder / EVENTS_FILE):
        if event["kind"] == "resume":
            points = {key: value for key, value in points.items() if key[0] <= event["step"]}
        for name, value in event["values"].items() if event["kind"] == "metric" else ():
            assert (event["step"], name) not in points
            points[event["step"], name] = value
    return points


@pytest.fixture
def config(tiny_base: str) -> dict[str, Any]:
    return CONFIG | {"model": tiny_base}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, tiny_base: str) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    lora.RECIPE.fit(_context(folder, CONFIG | {"model": tiny_base}))
    return folder


@pytest.mark.parametrize("stops", [(1,), (3, 9, 2)])
def test_stopped_and_resumed_is_as_never_stopped(
    whole: Path, config: dict[str, Any], tmp_path: Path, stops: tuple[int, ...]
) -> None:
    for looks in stops:
        with pytest.raises(StopRun, match="person"):
            lora.RECIPE.fit(_context(tmp_path, config, looks=looks))
        newest = checkpoints.latest(tmp_path / "checkpoints")
        assert newest is not None
        FileRecorder(tmp_path).resume(newest.step)
    lora.RECIPE.fit(_context(tmp_path, config))
    assert _weights(tmp_path) == _weights(whole)
    assert _curve(tmp_path) == _curve(whole)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from engine.training import checkpoints
from tests.unit.engine.training.test_resume import CONFIG, _context
from engine.recipes import lora
saves, real = 0, checkpoints.flush
def flush(folder):
    global saves
    saves += 1
    if saves == {at}:
        victim = folder / "optimizer.pt"
        os.truncate(victim, victim.stat().st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    real(folder)
checkpoints.flush = flush
lora.RECIPE.fit(_context(Path({folder!r}), CONFIG | {{"model": {model!r}}}))
"""


def test_killed_while_a_checkpoint_is_written(whole: Path, config: dict[str, Any], tmp_path: Path) -> None:
    script = KILLED.format(root=str(Path.cwd()), at=3, folder=str(tmp_path), model=config["model"])
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (tmp_path / "checkpoints" / "checkpoint-12.partial").is_dir()
    newest = checkpoints.latest(tmp_path / "checkpoints")
    assert newest is not None
    assert newest.step == 8
    FileRecorder(tmp_path).resume(newest.step)
    lora.RECIPE.fit(_context(tmp_path, config))
    assert _weights(tmp_path) == _weights(whole)
    assert _curve(tmp_path) == _curve(whole)


def test_early_stopping_survives_a_resume(config: dict[str, Any], tmp_path: Path) -> None:
    # A learning rate of almost nothing: no evaluation is better than the first, so training ends after two more.
    config |= {"learning_rate": 1e-6, "patience": 2, "checkpoint_every": 100}
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    lora.RECIPE.fit(_context(whole, config))
    with pytest.raises(StopRun):
        lora.RECIPE.fit(_context(cut, config, looks=10))
    newest = checkpoints.latest(cut / "checkpoints")
    assert newest is not None
    FileRecorder(cut).resume(newest.step)
    lora.RECIPE.fit(_context(cut, config))
    assert max(step for step, _ in _curve(whole)) < 21
    assert _curve(cut) == _curve(whole)
    assert _weights(cut) == _weights(whole)


def test_a_finished_training_is_not_trained_again(whole: Path, config: dict[str, Any]) -> None:
    before = _curve(whole)
    lora.RECIPE.fit(_context(whole, config))
    assert _curve(whole) == before
