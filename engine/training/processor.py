"""What the processor offers to training."""

import os
from functools import cache
from pathlib import Path
from typing import Any

FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
BF16_FLAGS = ("avx512_bf16", "amx_bf16")


@cache
def flags() -> tuple[str, ...]:
    """Those of FLAGS that this processor has; none where the system does not tell (only Linux does)."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return ()
    line = next((line for line in path.read_text().splitlines() if line.startswith("flags")), "")
    present = set(line.split())
    return tuple(flag for flag in FLAGS if flag in present)


def has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; without that it is slower than float32."""
    return any(flag in flags() for flag in BF16_FLAGS)


def describe(threads: int) -> dict[str, Any]:
    """JSON facts of the processor a run used."""
    return {"flags": list(flags()), "threads": threads, "cores": os.cpu_count() or 1, "bf16": has_bf16()}
