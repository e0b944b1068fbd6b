"""A run in two processes, here on a processor: the same command, one record, one artifact; all end by one's death."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.data.prepare import prepare
from engine.recorder import EVENTS_FILE, read_events
from engine.training import several
from tests.flow.real import write_reviews
from tests.unit.engine.recipes.material import make_job

CONFIG = {
    "epochs": 2,
    "batch_size": 16,
    "max_length": 24,
    "evaluations_per_epoch": 1,
    "checkpoint_every": 6,
    "precision": "fp32",
    "patience": 0,
    "learning_rate": 3e-3,
}


@pytest.fixture
def run(tmp_path: Path, tiny_base: str) -> Path:
    home, folder = tmp_path / "home", tmp_path / "run"
    folder.mkdir()
    prepared = prepare(write_reviews(tmp_path / "rows.csv"), "text", "label", home, name="made")
    values = {"dataset_folder": str(prepared.folder), "cache_folder": str(home / "cache"), "devices": 2}
    job = make_job(folder, "lora", CONFIG | {"model": tiny_base}, labels=("negative", "positive"), **values)
    (folder / "job.json").write_text(json.dumps(asdict(job)))
    return folder


def _start(run: Path) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    with (run / "child.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "engine.execute", str(run)], env=environment, stdout=log, stderr=log
        )


def _told(run: Path, kind: str) -> list[Mapping[str, Any]]:
    return [event for event, _ in read_events(run / EVENTS_FILE) if event["kind"] == kind]


def test_two_processes_share_each_batch_and_one_tells(run: Path) -> None:
    from safetensors.torch import load_file

    child = _start(run)
    assert child.wait(120) == 0, (run / "child.log").read_text()
    assert [end["state"] for end in _told(run, "end")] == ["complete"]
    steps = [e["step"] for e in _told(run, "metric") if "train.loss" in e["values"]]
    rows = next(e["values"]["rows"]["train"] for e in _told(run, "facts") if "rows" in e["values"])
    assert steps == list(range(1, 2 * -(-rows // 16) + 1))
    losses = [e["values"]["train.loss"] for e in _told(run, "metric") if "train.loss" in e["values"]]
    assert losses[0] == pytest.approx(math.log(2), abs=0.1)  # a mean over rows, not a sum over processes
    adapter = load_file(run / "artifact" / "adapter" / "adapter_model.safetensors")
    assert all(weight.abs().max() > 0 for name, weight in adapter.items() if "lora_B" in name)  # they begin at nought
    assert (run / "artifact" / "model.onnx").is_file()
    left = {path.name for path in run.iterdir()}
    assert not {name for name in left if name.startswith("tmp") or name.endswith("partial")}


def test_when_one_of_them_dies_all_end_and_the_run_can_go_on(run: Path) -> None:
    child = _start(run)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and not _told(run, "checkpoint"):
        time.sleep(0.1)
    (other,) = psutil.Process(child.pid).children()
    other.send_signal(signal.SIGKILL)
    assert child.wait(30) == several.LOST_EXIT
    assert not _told(run, "end")
    assert (run / "checkpoints" / "checkpoint-6").is_dir()


def test_alone_it_agrees_with_itself() -> None:
    assert (several.rank(), several.size()) == (0, 1)
    assert several.agreed("budget") == "budget"
    assert several.agreed(None) is None
