"""What training runs with, for described hardware."""

import pytest

from engine.errors import InputError
from engine.training.choices import Accelerator, best_precision, choose, read_accelerator

CPU = Accelerator("cpu", processors=4, bf16=True)


def gpu(major: int, minor: int = 0) -> Accelerator:
    return Accelerator("cuda", 8, False, ("made-up",), (24 * 10**9,), (major, minor))


@pytest.mark.parametrize(
    ("accelerator", "precision"),
    [
        (CPU, "bf16"),
        (Accelerator("cpu", 4, bf16=False), "fp32"),
        (gpu(9), "bf16"),
        (gpu(8, 6), "bf16"),
        (gpu(8), "bf16"),
        (gpu(7, 5), "fp16"),
        (gpu(7), "fp16"),
        (gpu(6, 1), "fp32"),
    ],
)
def test_precision_follows_what_is_multiplied_in_hardware(accelerator: Accelerator, precision: str) -> None:
    assert best_precision(accelerator) == precision
    assert choose(accelerator).precision == precision


@pytest.mark.parametrize("wanted", ["fp32", "bf16", "fp16"])
def test_a_wanted_precision_is_taken(wanted: str) -> None:
    assert choose(gpu(6, 1), wanted).precision == wanted


def test_fp16_needs_a_gpu() -> None:
    with pytest.raises(InputError, match="fp16 is trained in on a GPU only"):
        choose(CPU, "fp16")


def test_rows_are_decoded_beside_a_gpu_only() -> None:
    assert choose(gpu(8), decodes=True).loaders == 4
    assert choose(Accelerator("cuda", 1, False, capability=(8, 0)), decodes=True).loaders == 0
    assert choose(gpu(8)).loaders == 0
    assert choose(CPU, decodes=True).loaders == 0


def test_rows_wait_in_pinned_memory_for_a_gpu_only() -> None:
    assert (choose(CPU).pinned, choose(gpu(8)).pinned) == (False, True)
    assert choose(CPU).facts() == {
        "kind": "cpu",
        "precision": "bf16",
        "optimizer": "adamw_torch_fused",
        "attention": "sdpa",
        "loaders": 0,
        "pinned": False,
    }


def test_this_machine_is_described_as_torch_sees_it() -> None:
    import torch

    found = read_accelerator()
    assert found.kind == ("cuda" if torch.cuda.is_available() else "cpu")
    assert len(found.names) == torch.cuda.device_count()
    assert found.processors >= 1
