"""The formulas against published measurements: half of them fitted the constants, the other half grades the result."""

import csv
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.costs.large.memory import Training, inference_memory, training_memory
from engine.costs.large.shapes import shape
from engine.costs.large.speed import gpu, pretraining_tokens_per_second, step_seconds

FILE = Path(__file__).parent / "measurements.csv"
KINDS = ("inference", "memory", "time", "pretraining")


@dataclass(frozen=True, slots=True)
class Graded:
    """One published figure beside what the formulas say."""

    id: str
    kind: str
    """inference and memory in GB of 1e9 bytes, time in seconds a step, pretraining in tokens a second and device."""
    held_out: bool
    published: float
    estimated: float
    unit: str
    source: str
    why_missed: str
    """Why the formulas should not meet it, in the words of whoever looked."""

    @property
    def error(self) -> float:
        """estimated / published - 1."""
        return self.estimated / self.published - 1


def graded() -> list[Graded]:
    """Every published figure with its estimate, in file order."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return [_grade(row) for row in csv.DictReader(file)]


def median_error(rows: Iterable[Graded]) -> float:
    """Median of the absolute relative errors. Raises statistics.StatisticsError for no rows."""
    return statistics.median(abs(row.error) for row in rows)


def _grade(row: dict[str, str]) -> Graded:
    return Graded(
        id=row["id"],
        kind=row["kind"].split(maxsplit=1)[0],
        held_out=row["half"] == "held out",
        published=float(row["value"]),
        estimated=_estimate(row),
        unit=row["unit"],
        source=row["source"],
        why_missed=row["why_missed"],
    )


def _estimate(row: dict[str, str]) -> float:
    model, tokens = shape(row["model"]), int(row["tokens"])
    if row["kind"] == "inference":
        return inference_memory(model, tokens, row["weight_format"]).total / 1e9
    if row["kind"].startswith("pretraining"):
        again = row["kind"] == "pretraining recomputed"
        return pretraining_tokens_per_second(model, tokens, gpu(row["gpu"]), recomputed=again)
    how = training_of(row)
    if row["kind"] == "time":
        return step_seconds(model, how, gpu(row["gpu"]), micro_batches=int(row["micro_batches"]))
    devices = how.devices if row["kind"] == "memory total" else 1
    return devices * training_memory(model, how).total / 1e9


def training_of(row: Mapping[str, str]) -> Training:
    """How the model of a row of the file was trained."""
    return Training(
        method=row["method"],
        tokens=int(row["tokens"]),
        weight_format=row["weight_format"],
        optimizer=row["optimizer"],
        rank=int(row["rank"] or 1),
        targets=row["targets"] or "all",
        checkpointing=row["checkpointing"] == "True",
        logits=row["logits"],
        devices=int(row["devices"]),
        zero_stage=int(row["zero_stage"]),
        counts_overhead=row["counts_overhead"] == "True",
        fused_gradients=row["fused_gradients"] == "True",
    )
