"""The estimate before a training: exact where it can be counted by hand, below what a real one takes."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.errors import InputError
from engine.training.memory import Need, available_bytes, estimate, require_room


def one_layer(dropout: float = 0.0) -> Any:
    """100 inputs, 50 outputs, a rectifier."""
    import torch

    class OneLayer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(100, 50)
            self.dropout = torch.nn.Dropout(dropout)

        def forward(self, inputs: Any) -> Any:
            return self.dropout(torch.relu(self.layer(inputs)))

    return OneLayer()


def estimated(model: Any, batch_size: int, *, bf16: bool) -> Need:
    return estimate(model, lambda batch: model(**batch), 0, collate, batch_size, bf16=bf16)


def collate(rows: Sequence[int]) -> Mapping[str, Any]:
    """One row of ones for each number."""
    import torch

    return {"inputs": torch.ones(len(rows), 100)}


def test_a_layer_counted_by_hand() -> None:
    """For its gradients a row keeps the layer's 100 inputs and the rectifier's 50 outputs, of 4 bytes each."""
    need = estimated(one_layer(), 8, bf16=False)
    assert need == Need(trained_weights=5050, fixed_bytes=0, row_bytes=600, batch_size=8)
    assert need.total_bytes == 16 * 5050 + 8 * 600


def test_bf16_keeps_half_of_a_row_and_the_weights_once_more() -> None:
    """The rounded inputs and outputs have 2 bytes; the inputs' gradient, which wants the weights, is not asked for."""
    need = estimated(one_layer(), 8, bf16=True)
    assert need.row_bytes == 300


def test_frozen_weights_need_neither_gradients_nor_moments() -> None:
    model = one_layer()
    model.layer.weight.requires_grad = False
    need = estimated(model, 8, bf16=False)
    assert (need.trained_weights, need.row_bytes) == (50, 200)


def test_the_model_and_the_random_numbers_are_left_as_they_were() -> None:
    import torch

    model = one_layer(dropout=0.5).eval()
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    estimated(model, 4, bf16=False)
    assert torch.equal(torch.rand(2), expected)
    assert not model.training


def test_what_does_not_fit_is_refused_with_both_figures() -> None:
    need = Need(trained_weights=10**6, fixed_bytes=0, row_bytes=3 * 10**6, batch_size=8)
    require_room(need, need.total_bytes)
    with pytest.raises(InputError, match=r"about 40 MB more memory, and 39 MB are free: 16 MB for 1000000"):
        require_room(need, 39 * 10**6)


def test_a_container_has_what_its_group_leaves(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("2000000\n")
    (tmp_path / "memory.current").write_text("1500000\n")
    (tmp_path / "memory.stat").write_text("anon 1200000\ninactive_file 100000\nactive_file 5\n")
    assert available_bytes(tmp_path) == 600_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes(tmp_path) == pytest.approx(psutil.virtual_memory().available, rel=0.2)
    assert available_bytes(tmp_path / "none") == pytest.approx(psutil.virtual_memory().available, rel=0.2)


REAL = """
import json, psutil, torch
from engine.inference.basemodels import resolve
from engine.training.modalities.text import load_classifier
from engine.training.batching import PaddingCollator
from engine.training.memory import estimate
from engine.training.meter import resident_peak_bytes
torch.set_num_threads(1)
model, _ = load_classifier(resolve("minilm").path, "minilm", num_labels=2)
row = {"input_ids": list(range(1000, 1064)), "labels": 1}
need = estimate(model, lambda batch: model(**batch), row, PaddingCollator(0), 16, bf16=False)
before = psutil.Process().memory_info().rss
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], fused=True)
best = [p.detach().clone() for p in model.parameters()]
for _ in range(2):
    model(**PaddingCollator(0)([row] * 16)).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print(json.dumps([need.total_bytes, resident_peak_bytes() - before]))
"""


def test_a_real_training_takes_about_what_was_estimated() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REAL],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    estimated, measured = json.loads(done.stdout)
    assert 0.6 * measured < estimated < 1.15 * measured
