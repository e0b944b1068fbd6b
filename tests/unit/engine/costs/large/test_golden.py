"""Published figures that are not in measurements.csv: shared goldens, by the formulas alone."""

import pytest

from engine.costs.large.memory import cache_bytes, deepspeed_bytes, weight_bytes
from engine.costs.large.shapes import Shape, shape


def test_cache_of_a_hybrid_model() -> None:
    """llama.cpp log in lmstudio-bug-tracker #1862: 16,384 MiB for 262,144 tokens in 16 of 64 layers (27B, 16 bits)."""
    hybrid = Shape("27b hybrid", hidden=5120, layers=64, heads=24, kv_heads=4, ffn=17408, vocab=248320, head_size=256,
                   cached_layers=16)  # fmt: skip
    assert cache_bytes(hybrid, 262_144) / 2**20 == pytest.approx(16_384, rel=0.02)


@pytest.mark.parametrize(("stage", "gigabytes"), [(2, 15.93), (3, 6.09)])
def test_deepspeed_states_of_t5_3b_on_eight_gpus(stage: int, gigabytes: float) -> None:
    """DeepSpeed memory.rst: 2,851M weights, largest layer 32M, 8 GPUs, no offload; its GB are 2**30 bytes."""
    assert deepspeed_bytes(2851e6, 8, stage, 32e6) / 2**30 == pytest.approx(gigabytes, rel=0.02)


@pytest.mark.parametrize(
    ("name", "gigabytes"), [("qwen-7b", 16.99), ("qwen-14b", 30.15), ("llama-2-7b", 13.52), ("llama-2-13b", 26.21)]
)
def test_weights_and_cache_of_serving(name: str, gigabytes: float) -> None:
    """QwenLM/Qwen README (2,048 tokens) and litgpt resource tables (60 tokens), GB of 1e9 bytes: within 4 %."""
    tokens = 2048 if name.startswith("qwen") else 60
    found = (weight_bytes(shape(name)) + cache_bytes(shape(name), tokens)) / 1e9
    assert found == pytest.approx(gigabytes, rel=0.04)
