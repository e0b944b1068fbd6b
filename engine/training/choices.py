"""What a fit runs with, chosen from what its device can do. No torch at module level.

Sources: tensor cores multiply bf16 from compute capability 8.0 (Ampere) and fp16 from 7.0 (Volta) on (CUDA C++
Programming Guide, "Arithmetic Instructions"); older ones are no faster in either than in fp32. A processor without
bf16 multiplication is slower in bf16 than in fp32 (`engine.training.processor`).
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.errors import N_, InputError
from engine.training.plan import Precision
from engine.training.processor import has_bf16

BF16_CAPABILITY, FP16_CAPABILITY = (8, 0), (7, 0)
MOST_LOADERS = 4
"""More processes than this only wait for each other; rows are a few kilobytes."""


@dataclass(frozen=True, slots=True)
class Accelerator:
    """What training runs on."""

    kind: Literal["cpu", "cuda"]
    processors: int
    """Usable processors beside it."""
    bf16: bool
    """Of the processor; a GPU says it by its capability."""
    names: tuple[str, ...] = ()
    memory_bytes: tuple[int, ...] = ()
    capability: tuple[int, int] = (0, 0)
    """The lowest of all GPUs: one that cannot do a thing decides for all."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a fit computes."""

    kind: Literal["cpu", "cuda"]
    precision: Precision
    optimizer: str
    attention: str
    loaders: int
    """Processes that read rows ahead; 0 for none."""
    pinned: bool
    """Whether rows wait in memory that a GPU reads by itself."""

    def facts(self) -> dict[str, Any]:
        """JSON form, for a run's facts."""
        return asdict(self)


def choose(accelerator: Accelerator, precision: str = "auto", *, decodes: bool = False) -> Choice:
    """The settings for an accelerator; precision is "auto" or the one that is wanted.

    decodes: whether a row has to be decoded (pictures), which is worth processes of its own beside a GPU. On a
    processor they would take the cores that train. Raises InputError for a precision that it has not.
    """
    cuda = accelerator.kind == "cuda"
    if precision == "fp16" and not cuda:
        raise InputError(
            N_("fp16 is trained in on a GPU only, and this run has none."), remedy=N_("Choose auto, bf16 or fp32.")
        )
    loaders = min(MOST_LOADERS, max(0, accelerator.processors - 1)) if cuda and decodes else 0
    return Choice(
        kind=accelerator.kind,
        precision=best_precision(accelerator) if precision == "auto" else _known(precision),
        optimizer="adamw_torch_fused",
        attention="sdpa",
        loaders=loaders,
        pinned=cuda,
    )


def best_precision(accelerator: Accelerator) -> Precision:
    """The fastest that the hardware multiplies by itself."""
    if accelerator.kind == "cpu":
        return "bf16" if accelerator.bf16 else "fp32"
    if accelerator.capability >= BF16_CAPABILITY:
        return "bf16"
    return "fp16" if accelerator.capability >= FP16_CAPABILITY else "fp32"


def _known(precision: str) -> Precision:
    assert precision in ("fp32", "bf16", "fp16"), precision
    return precision  # type: ignore[return-value]


def read_accelerator() -> Accelerator:
    """What torch can use in this process."""
    import torch

    processors = _processors()
    if not torch.cuda.is_available():
        return Accelerator("cpu", processors, has_bf16())
    found = [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]
    return Accelerator(
        "cuda",
        processors,
        has_bf16(),
        tuple(one.name for one in found),
        tuple(one.total_memory for one in found),
        min((one.major, one.minor) for one in found),
    )


def _processors() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
