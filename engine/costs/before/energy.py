"""Energy of a run before it begins: the power of the device times the time. Modelled; the method is named.

Measured energy exists only where the processor (RAPL) or the GPU (NVML) counts it; a run's facts hold that then.
"""

from dataclasses import dataclass

from engine.devices import CPU, GPU
from engine.errors import N_, InputError
from engine.interval import Interval

JOULES_A_KWH = 3.6e6
METHOD = N_("power of the device, assumed, times the estimated time")


@dataclass(frozen=True, slots=True)
class Power:
    """Watts of a device at work."""

    watts: Interval
    grade: str
    source: str


POWERS = {
    CPU: Power(Interval(35.0, 15.0, 75.0), "assumed", N_("the power that the rate of local_cpu assumes, from memory")),
    GPU: Power(
        Interval(500.0, 250.0, 900.0), "assumed", N_("the power that the rate of local_gpu assumes, from memory")
    ),
}
"""By device: the figures behind the electricity part of `engine/costs/rates/local.yml`, so that both tell one story."""


def power_of(device: str) -> Power:
    """The power of a device of this machine. Raises InputError for another."""
    if device not in POWERS:
        raise InputError(
            N_("The power of “{device}” is not known. Known: {known}."), device=device, known=", ".join(POWERS)
        )
    return POWERS[device]


def kwh(seconds: Interval, watts: float) -> Interval:
    """Kilowatt hours of some seconds at a power: watts x seconds / 3,600,000."""
    return Interval(*(watts * s / JOULES_A_KWH for s in (seconds.value, seconds.low, seconds.high)))


GPU_WATTS = {
    "a100-40": 400,
    "a100-80": 400,
    "h100": 700,
    "l4": 72,
    "t4": 70,
    "a10g": 150,
    "a6000": 300,
    "rtx-4090": 450,
}
"""Largest power of the board by its maker, from memory and unchecked."""


def power_of_gpu(key: str) -> Power:
    """The power of a GPU that is not here: half to all of the board's largest. Raises InputError for an unknown one."""
    if key not in GPU_WATTS:
        raise InputError(
            N_("The power of “{device}” is not known. Known: {known}."), device=key, known=", ".join(GPU_WATTS)
        )
    most = float(GPU_WATTS[key])
    return Power(Interval(0.7 * most, 0.4 * most, most), "assumed", N_("the board's largest power, from memory"))
