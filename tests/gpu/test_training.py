"""A run on a GPU: chosen settings in use, memory that runs short, energy metered, several devices."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from engine.data.prepare import prepare
from engine.devices import GPU, environment, read_machine
from engine.recorder import EVENTS_FILE, read_events
from engine.training.choices import best_precision, read_accelerator
from engine.training.plan import Plan
from tests.flow.real import write_reviews
from tests.unit.engine.recipes.material import make_job

CONFIG = {"epochs": 2, "batch_size": 32, "max_length": 32, "evaluations_per_epoch": 1, "learning_rate": 3e-3}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return prepare(write_reviews(tmp_path / "rows.csv", 400), "text", "label", tmp_path / "home", name="made").folder


def train(folder: Path, data: Path, devices: int = 1, **config: Any) -> dict[str, list[Mapping[str, Any]]]:
    """Run a LoRA training in a process that sees so many GPUs; its events by kind."""
    folder.mkdir()
    values = {"dataset_folder": str(data), "cache_folder": str(folder), "devices": devices, "device": GPU}
    job = make_job(folder, "lora", CONFIG | config, labels=("negative", "positive"), **values)
    (folder / "job.json").write_text(json.dumps(asdict(job)))
    told = {**os.environ, **environment(read_machine(), GPU, devices)}
    done = subprocess.run(
        [sys.executable, "-m", "engine.execute", str(folder)], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    events: dict[str, list[Mapping[str, Any]]] = {}
    for event, _ in read_events(folder / EVENTS_FILE):
        events.setdefault(event["kind"], []).append(event)
    return events


def facts(events: Mapping[str, list[Mapping[str, Any]]]) -> dict[str, Any]:
    return {name: value for event in events["facts"] for name, value in event["values"].items()}


def test_a_run_uses_the_gpu_and_says_what_it_took(tmp_path: Path, home: Path) -> None:
    events = train(tmp_path / "run", home)
    known = facts(events)
    assert events["end"][-1]["state"] == "complete"
    assert known["precision"] == best_precision(read_accelerator())
    assert known["gpu"]["peak_memory_mb"] > 100
    assert known["gpu"]["samples"] >= 2
    if read_accelerator().capability >= (7, 0):
        assert known["gpu"]["energy_joules"] > 0


def test_the_trainer_computes_as_was_chosen(tmp_path: Path) -> None:
    from engine.training.trainer import training_arguments

    precision = best_precision(read_accelerator())
    plan = Plan(64, 1.0, 0, 16, 1e-3, 0.01, 0.1, 0, 1, 10, precision, 1, 7)
    arguments = training_arguments(plan, tmp_path)
    assert arguments.device.type == "cuda"
    assert (arguments.bf16, arguments.fp16) == (precision == "bf16", precision == "fp16")
    assert arguments.optim.value == "adamw_torch_fused"
    assert arguments.dataloader_pin_memory


def test_memory_that_runs_short_halves_the_batch(tmp_path: Path, home: Path) -> None:
    """The process is given so little of the device that 512 rows cannot fit and 256 can be tried."""
    import torch

    from engine.recipes import lora
    from engine.training.shortage import OutOfRoom
    from tests.unit.engine.recipes.material import make_context

    rows = {"train": 1024, "validation": 16, "test": 2}
    context = make_context(tmp_path / "run", lora.RECIPE, CONFIG | {"batch_size": 512, "max_length": 128}, rows)
    torch.cuda.set_per_process_memory_fraction(400e6 / torch.cuda.get_device_properties(0).total_memory)
    try:
        lora.RECIPE.fit(context)
    except OutOfRoom:
        pass
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    notes = [e for e, _ in read_events(tmp_path / "run" / EVENTS_FILE) if e["kind"] == "note"]
    assert {"rows": 512, "less": 256, "parts": 2} in [note["values"] for note in notes]


@pytest.mark.skipif(len(read_machine().gpus) < 2, reason="the driver shows fewer than two GPUs")
def test_two_gpus_share_each_batch(tmp_path: Path, home: Path) -> None:
    alone, shared = facts(train(tmp_path / "one", home)), facts(train(tmp_path / "two", home, devices=2))
    assert (len(alone["gpu"]["names"]), len(shared["gpu"]["names"])) == (1, 2)
    assert shared["train_rows"] == alone["train_rows"]
