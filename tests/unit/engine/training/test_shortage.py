"""A batch that the memory does not hold: once more in halves, and what a resume makes of that."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.recipes import lora
from engine.recorder import EVENTS_FILE, read_events
from engine.spec import FitContext
from engine.training import checkpoints, shortage
from engine.training.adapters import Adapter, add_adapter
from engine.training.fitting import material_of, open_learner, train
from engine.training.plan import Plan
from engine.training.shortage import OutOfRoom
from engine.training.stop import StopRun
from tests.unit.engine.training.test_resume import CONFIG, _context, _curve

STEPS = 21
"""Of test_resume's settings: 53 rows in batches of 8, three epochs."""
PLAN = Plan(53, 3.0, 0, 8, 1e-3, 0.0, 0.1, 0, 2, 4, "fp32", 1, 7)


@pytest.fixture
def config(tiny_base: str) -> dict[str, Any]:
    return CONFIG | {"model": tiny_base}


class Cramped:
    """Makes a model's training fail, as torch does, on more rows at once than there is room for."""

    def __init__(self, model: Any, room: int, after_steps: int = 0, error: str = "gpu") -> None:
        import torch

        self.batches: list[int] = []
        kinds: Mapping[str, RuntimeError] = {
            "gpu": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
            "cpu": RuntimeError(
                "[enforce fail at alloc_cpu.cpp:115] err == 0. DefaultCPUAllocator: can't allocate memory"
            ),
            "other": RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        }

        def look(module: Any, args: Any, batch: Mapping[str, Any]) -> None:
            rows = len(batch["labels"])
            if module.training and torch.is_grad_enabled():
                self.batches.append(rows)
                if rows > room and len(self.batches) > after_steps:
                    raise kinds[error]

        model.register_forward_pre_hook(look, with_kwargs=True)


def _fit(context: FitContext, room: int, **cramped: Any) -> list[int]:
    """Train in so little room; the rows of each batch that was tried, without the two that the estimate looks at."""
    learner = open_learner(context)
    material = material_of(learner, context)
    add_adapter(learner, Adapter(rank=2, alpha=4, dropout=0.0), seed=0)
    for module in learner.model.modules():
        if type(module).__name__ == "Dropout":
            module.p = 0.0  # its random numbers depend on how many rows there are at once
    watched = Cramped(learner.model, room, **cramped)
    try:
        train(context, learner.model, material)
    finally:
        tried = watched.batches[2:]
    return tried


def _told(folder: Path, kind: str) -> list[Mapping[str, Any]]:
    return [event for event, _ in read_events(folder / EVENTS_FILE) if event["kind"] == kind]


def _losses(folder: Path) -> list[float]:
    return [value for (_, name), value in _curve(folder).items() if name == "train.loss"]


def test_a_batch_that_does_not_fit_is_computed_in_halves(config: dict[str, Any], tmp_path: Path) -> None:
    config |= {"patience": 0, "epochs": 2}
    whole, tmp_path = tmp_path / "whole", tmp_path / "halves"
    _fit(_context(whole, config), room=8)
    tried = _fit(_context(tmp_path, config), room=4)
    assert tried[0] == 8
    assert max(tried[1:]) == 4
    assert sum(tried[1:]) == 2 * 53
    (note,) = _told(tmp_path, "note")
    assert note["values"] == {"rows": 8, "less": 4, "parts": 2}
    assert [event["step"] for event in _told(tmp_path, "resume")] == [-1]
    assert _losses(tmp_path)[:6] == pytest.approx(_losses(whole)[:6], rel=0.01)  # the same rows, steps and gradients


def test_it_goes_on_from_the_last_checkpoint_and_loses_nothing(config: dict[str, Any], tmp_path: Path) -> None:
    """The eleventh batch does not fit: eight steps are kept, and the curve has every step once."""
    tried = _fit(_context(tmp_path, config | {"patience": 0}), room=4, after_steps=12)
    assert tried[:11] == [8, 8, 8, 8, 8, 8, 5, 8, 8, 8, 8]
    assert set(tried[11:]) == {4, 1}
    assert [event["step"] for event in _told(tmp_path, "resume")] == [8]
    assert [step for step, name in _curve(tmp_path) if name == "train.loss"] == list(range(1, STEPS + 1))


def test_a_resumed_run_keeps_to_the_smaller_batches(config: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(StopRun):
        _fit(_context(tmp_path, config, looks=9), room=4)
    assert json.loads((tmp_path / "checkpoints" / "batch.json").read_text()) == {"accumulation": 2}
    newest = checkpoints.latest(tmp_path / "checkpoints")
    assert newest is not None
    tried = _fit(_context(tmp_path, config), room=4)
    assert max(tried) == 4
    assert len(_told(tmp_path, "note")) == 1


def test_when_half_does_not_fit_either_the_run_says_so(config: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(OutOfRoom, match="The memory does not hold 4 rows at once"):
        _fit(_context(tmp_path, config), room=3, error="cpu")
    with pytest.raises(OutOfRoom, match="4 rows"):
        _fit(_context(tmp_path, config), room=3, error="cpu")


def test_another_error_is_not_taken_for_it(config: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        _fit(_context(tmp_path, config), room=4, error="other")
    assert not (tmp_path / "checkpoints" / "batch.json").exists()


@pytest.mark.parametrize(
    ("batch_size", "devices", "rows_at_once", "parts"), [(8, 1, 4, 2), (9, 1, 3, 3), (7, 1, 1, 7), (16, 2, 4, 2)]
)
def test_every_part_has_the_same_number_of_rows(
    tmp_path: Path, batch_size: int, devices: int, rows_at_once: int, parts: int
) -> None:
    from dataclasses import replace

    cut = shortage.cut_batches(tmp_path, replace(PLAN, batch_size=batch_size, devices=devices))
    assert (cut.rows_at_once, cut.accumulation) == (rows_at_once, parts)
    assert (cut.batch_size, cut.total_steps) == (batch_size, replace(PLAN, batch_size=batch_size).total_steps)
    assert shortage.known_accumulation(tmp_path) == parts


def test_a_single_row_cannot_be_cut(tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(OutOfRoom, match="does not hold 1 rows"):
        shortage.cut_batches(tmp_path, replace(PLAN, batch_size=1))


def test_a_training_that_cannot_fit_is_refused_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.errors import InputError
    from engine.training import trainer

    monkeypatch.setattr(trainer, "available_bytes", lambda: 1_000_000)
    with pytest.raises(InputError, match="MB more memory, and 1 MB are free"):
        lora.RECIPE.fit(_context(tmp_path, CONFIG))
    assert not _told(tmp_path, "metric")
    (fact,) = (e["values"] for e in _told(tmp_path, "facts") if "peak_memory_estimate_mb" in e["values"])
    assert fact["peak_memory_estimate_mb"] > 100
