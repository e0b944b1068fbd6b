"""Time that training a large model takes, from the work counted and three fitted constants.

Sources
- Work: 2 multiplications and additions a weight and token forward, twice that backward (Kaplan et al. 2020, section
  2.1); with frozen weights the gradient of the weights falls away, with checkpointing the forward part is done twice.
  Attention adds 2 x layers x hidden x tokens forward for a causal mask (half of the full matrix).
- Model FLOPs utilisation: Chowdhery et al. 2022 (PaLM), appendix B: 6 x weights + 12 x layers x hidden x length for
  each token, over the device's peak; recomputation is not counted as work.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.costs.large.memory import QUANTISED, Training
from engine.costs.large.shapes import Shape
from engine.errors import N_, UnknownName

FILE = Path(__file__).parent / "gpus.yml"
SECONDS_A_LAYER = 3.44e-3
"""Fitted: what one layer costs a micro-batch however short it is: starting kernels, an optimizer's share."""
SECONDS_A_BILLION_UNPACKED = 32.7e-3
"""Fitted: unpacking a billion 4-bit weights for one micro-batch, forward and back."""
EFFICIENCY = 0.591
"""Fitted: share of the peak that the matrices reach on one device."""
PRETRAINING_MFU = 0.464
"""Fitted: model FLOPs utilisation of pre-training on many devices, communication included."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """What a device can do at best, and who says so."""

    key: str
    name: str
    memory_gb: float
    tflops: float
    """Dense, 16-bit."""
    gb_per_second: float
    grade: str
    source: str
    checked_on: Any = None
    listed: str = ""
    """What price lists call it; "" when they do not have it."""


@cache
def gpus() -> dict[str, Gpu]:
    """The devices that are known by name."""
    return {key: Gpu(key=key, **row) for key, row in yaml.safe_load(FILE.read_text("utf-8")).items()}


def gpu(key: str) -> Gpu:
    """One device; raises UnknownName listing the known ones."""
    if key not in gpus():
        raise UnknownName(N_("device"), key, list(gpus()))
    return gpus()[key]


def flops_per_token(shape: Shape, length: int, *, backward: float = 2.0, recomputed: bool = False) -> float:
    """Floating-point operations of one token in a sequence of `length`.

    backward: forward passes' worth of work on the way back through the matrices: 2, or 1 when they are frozen.
    """
    matrices = 2.0 * (shape.linear_weights + shape.vocab * shape.hidden)
    attention = 2.0 * shape.layers * shape.hidden * length
    again = 1.0 if recomputed else 0.0
    return matrices * (1 + backward + again) + attention * (3 + again)


def step_seconds(shape: Shape, how: Training, device: Gpu, *, micro_batches: int = 1, length: int = 0) -> float:
    """Seconds of one optimizer step on one device.

    length: tokens of a sequence; those of the micro-batch when not given.
    """
    backward = 2.0 if how.method == "full" else 1.0
    work = flops_per_token(shape, length or how.tokens, backward=backward, recomputed=how.checkpointing)
    unpacked = shape.linear_weights if how.weight_format in QUANTISED else 0
    seconds = (
        SECONDS_A_LAYER * shape.layers
        + SECONDS_A_BILLION_UNPACKED * unpacked / 1e9
        + work * how.tokens / (device.tflops * 1e12 * EFFICIENCY)
    )
    return micro_batches * seconds


def pretraining_tokens_per_second(
    shape: Shape, length: int, device: Gpu, mfu: float = PRETRAINING_MFU, *, recomputed: bool = False
) -> float:
    """Tokens a second and device at a model FLOPs utilisation.

    recomputed: every layer runs forward twice, which the hardware does at the same utilisation but nobody counts as
    work: 8 operations in place of 6 (Narayanan et al. 2021, section 3.5).
    """
    work = 6.0 * shape.weights + 12.0 * shape.layers * shape.hidden * length
    return mfu * device.tflops * 1e12 / (work * (8 / 6 if recomputed else 1.0))
