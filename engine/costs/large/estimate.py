"""What training or serving a large model would need: memory, devices, time and money, each with a 90 % interval.

Intervals are the published measurements that no constant was fitted to: the ratios published / estimated of that kind,
5 % and 95 % of them, times the estimate. They say how far such formulas were off on other people's machines.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.costs.large.grade import graded, median_error
from engine.costs.large.memory import Memory, Training, inference_memory, training_memory
from engine.costs.large.shapes import Shape
from engine.costs.large.speed import Gpu, flops_per_token, step_seconds
from engine.errors import N_, InputError
from engine.interval import Interval

USABLE = 0.95
"""Share of a device's memory that may be planned for; the rest goes to fragments and peaks."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What is needed, with the error that the formula had on measurements it had not seen."""

    memory: Memory
    """Of one device, by part, in bytes."""
    memory_gb: Interval
    fits: bool
    """Whether the upper end of the memory fits one device."""
    devices: int
    """Fewest devices that the upper end fits when its parts are spread evenly: 1 when it fits one."""
    device_seconds: Interval | None
    """Of the whole training, all devices together; None for serving. On n devices it takes at best an nth of it."""
    usd: Interval | None
    """Device hours at the price of one; None without a price."""
    memory_error: float
    """Median absolute relative error on held-out measurements."""
    seconds_error: float | None


def training_needs(
    shape: Shape,
    how: Training,
    device: Gpu,
    *,
    steps: int,
    micro_batches: int = 1,
    usd_per_hour: Interval | None = None,
) -> Needs:
    """Training for so many optimizer steps, each of `micro_batches` micro-batches.

    Raises InputError for fewer than one step or micro-batch.
    """
    for name, value in (("steps", steps), ("micro_batches", micro_batches)):
        if value < 1:
            raise InputError(N_("{name} must be at least 1, not {value}."), name=name, value=value)
    seconds = _with_interval("time", steps * step_seconds(shape, how, device, micro_batches=micro_batches))
    return _needs("memory", training_memory(shape, how), device, seconds, usd_per_hour)


def serving_needs(shape: Shape, tokens: int, weight_format: str, device: Gpu) -> Needs:
    """Serving with so many tokens in the cache, all sequences together. Raises InputError for fewer than one."""
    if tokens < 1:
        raise InputError(N_("{name} must be at least 1, not {value}."), name="tokens", value=tokens)
    return _needs("inference", inference_memory(shape, tokens, weight_format, counts_overhead=True), device, None, None)


def work_flops(shape: Shape, how: Training, steps: int, micro_batches: int = 1) -> float:
    """Floating-point operations of the whole training, recomputation included."""
    backward = 2.0 if how.method == "full" else 1.0
    each = flops_per_token(shape, how.tokens, backward=backward, recomputed=how.checkpointing)
    return each * how.tokens * micro_batches * steps


def _needs(kind: str, memory: Memory, device: Gpu, seconds: Interval | None, usd_per_hour: Interval | None) -> Needs:
    total = _with_interval(kind, memory.total / 1e9)
    room = USABLE * device.memory_gb
    devices = max(1, math.ceil(total.high / room))
    usd = None
    if seconds is not None and usd_per_hour is not None:
        hours = [s / 3600 for s in (seconds.value, seconds.low, seconds.high)]
        prices = (usd_per_hour.value, usd_per_hour.low, usd_per_hour.high)
        usd = Interval(*(h * p for h, p in zip(hours, prices, strict=True)))
    return Needs(
        memory=memory,
        memory_gb=total,
        fits=devices == 1,
        devices=devices,
        device_seconds=seconds,
        usd=usd,
        memory_error=_median(kind),
        seconds_error=None if seconds is None else _median("time"),
    )


def _with_interval(kind: str, value: float) -> Interval:
    low, high = _spread(kind)
    return Interval(value, value * min(low, 1.0), value * max(high, 1.0))


@cache
def _spread(kind: str) -> tuple[float, float]:
    ratios = [1 / (1 + row.error) for row in graded() if row.kind == kind and row.held_out]
    return float(np.quantile(ratios, 0.05)), float(np.quantile(ratios, 0.95))


@cache
def _median(kind: str) -> float:
    return median_error(row for row in graded() if row.kind == kind and row.held_out)
