"""How well the formulas of engine/costs/large meet published measurements, and whether their constants are the fit.

    python benchmarks/large_models.py

Prints the constants fitted on the calibration half beside those in the code, the errors of both halves, weights and
cache alone, and every held-out figure that is missed by more than its target, with the reason.
"""

import csv
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from engine.costs.large import grade, memory, speed  # noqa: E402
from engine.costs.large.shapes import Shape, shape  # noqa: E402

HYBRID = Shape("27b hybrid", 5120, 64, 24, 4, 17408, 248320, head_size=256, cached_layers=16)
WEIGHTS_AND_CACHE_TARGET = 0.02
TARGETS = {"inference": 0.08, "memory": 0.15, "time": 0.25, "pretraining": 0.25}


def fitted_speed() -> tuple[float, float, float]:
    """Seconds a layer, seconds a billion unpacked weights, efficiency: least squares of relative errors."""
    from scipy.optimize import nnls

    factors, seconds = [], []
    for row in _rows("time"):
        model, how = shape(row["model"]), grade.training_of(row)
        work = speed.flops_per_token(model, how.tokens, backward=1.0, recomputed=True) * how.tokens
        unpacked = model.linear_weights / 1e9 if how.weight_format in memory.QUANTISED else 0.0
        factors.append((model.layers, unpacked, work / (speed.gpu(row["gpu"]).tflops * 1e12)))
        seconds.append(float(row["value"]) / int(row["micro_batches"]))
    relative = np.array(factors) / np.array(seconds)[:, None]
    layer, unpacking, inverse = nnls(relative, np.ones(len(seconds)))[0]
    return float(layer), float(unpacking), float(1 / inverse)


def fitted_mfu() -> float:
    """Geometric mean of the calibration half's utilisation."""
    known = [
        float(row["value"])
        / speed.pretraining_tokens_per_second(shape(row["model"]), int(row["tokens"]), speed.gpu(row["gpu"]), 1.0)
        for row in _rows("pretraining")
    ]
    return float(np.exp(np.mean(np.log(known))))


def fitted_overhead() -> float:
    """Median of what is left over, in bytes, on devices that were measured from outside."""
    left = []
    for row in _rows("memory"):
        if row["counts_overhead"] == "True" and row["weight_format"] == "bf16":
            counted = memory.training_memory(shape(row["model"]), grade.training_of(row)).total - memory.DEVICE_OVERHEAD
            left.append(float(row["value"]) * 1e9 - counted)
    return float(np.median(left))


def _rows(kind: str) -> list[dict[str, str]]:
    with grade.FILE.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind and row["half"] == "calibrated"]


def weights_and_cache() -> list[tuple[str, float, float, str]]:
    """Published figures of weights and cache alone: name, published, by the formula, unit."""
    cached = memory.cache_bytes(HYBRID, 262_144) / 2**20
    found = [("cache of a 27B hybrid, 262,144 tokens (llama.cpp log, lmstudio #1862)", 16_384.0, cached, "MiB")]
    for name, published in (("llama-2-7b", 13.52), ("llama-2-13b", 26.21)):
        held = memory.weight_bytes(shape(name)) + memory.cache_bytes(shape(name), 60)
        found.append((f"{name} in bf16 with 60 tokens (litgpt resource tables)", published, held / 1e9, "GB"))
    for stage, published in ((2, 15.93), (3, 6.09)):
        states = memory.deepspeed_bytes(2851e6, 8, stage, 32e6) / 2**30
        found.append((f"states of T5-3B on 8 GPUs, ZeRO-{stage} (DeepSpeed memory.rst)", published, states, "GiB"))
    return found


def main() -> None:
    """Print the tables."""
    layer, unpacking, efficiency = fitted_speed()
    print(f"{'constant':42}{'in the code':>14}{'fitted':>14}")
    for name, known, found in (
        ("seconds a layer and micro-batch", speed.SECONDS_A_LAYER, layer),
        ("seconds a billion unpacked weights", speed.SECONDS_A_BILLION_UNPACKED, unpacking),
        ("efficiency of one device", speed.EFFICIENCY, efficiency),
        ("utilisation of pre-training", speed.PRETRAINING_MFU, fitted_mfu()),
        ("overhead of a device, GB (median left over)", memory.DEVICE_OVERHEAD / 1e9, fitted_overhead() / 1e9),
    ):
        print(f"{name:42}{known:14.5g}{found:14.5g}")
    rows = grade.graded()
    print(f"\n{'kind':14}{'half':14}{'n':>4}{'median error':>14}{'largest':>10}{'target':>9}")
    for kind in grade.KINDS:
        for held_out in (False, True):
            part = [row for row in rows if row.kind == kind and row.held_out is held_out]
            largest = max(abs(row.error) for row in part)
            half = "held out" if held_out else "calibration"
            print(f"{kind:14}{half:14}{len(part):4}{grade.median_error(part):14.1%}{largest:10.1%}{TARGETS[kind]:9.0%}")
    print(f"\nweights and cache, nothing of them fitted; target {WEIGHTS_AND_CACHE_TARGET:.0%}")
    for name, published, found, unit in weights_and_cache():
        off = found / published - 1
        print(f"  {name:62}{published:9.5g}{found:9.5g} {unit:4}{off:+7.1%}")
    print("\nheld out and missed:")
    for row in rows:
        if row.held_out and abs(row.error) > TARGETS[row.kind]:
            figures = f"{row.published:9.4g}{row.estimated:9.4g} {row.unit:10}{row.error:+7.0%}"
            print(f"  {row.id:38}{figures}  {row.why_missed}")


if __name__ == "__main__":
    main()
