"""What a GPU changes: the arithmetic of a fit moves to it, everything else stays with the processor beside it."""

from dataclasses import replace

from engine.costs.before.prior import prior
from engine.costs.large.speed import Gpu
from engine.spec.work import Work

EFFICIENCY = 0.15
"""Share of the peak that networks of some ten million weights reach. Assumed, from memory: no such run is in this
repository, since large models (0.59, fitted) keep a GPU busy and small ones do not. The machine's spread covers it."""
MOVED = ("gflop_trained", "gflop_chosen", "gflop_frozen", "gflop_pictures_trained")
ELEMENTWISE = ("mpairs_trained", "gweights_stepped")
BANDWIDTH_RATIO = 20.0
"""How much faster a GPU passes over numbers in memory than one thread, which moves about 15 GB a second. Assumed."""


def on_gpu(work: Work, gpu: Gpu) -> Work:
    """The same work with its amounts as if by the processor that would take as long."""
    kinds = prior("seconds").kinds
    fit = dict(work.phases.get("fit", {}))
    for name in MOVED:
        if name in fit:
            fit[name] *= 1 / (kinds[name].unit * gpu.tflops * 1e3 * EFFICIENCY)
    for name in ELEMENTWISE:
        if name in fit:
            fit[name] /= BANDWIDTH_RATIO
    return replace(work, phases={**work.phases, "fit": fit})
