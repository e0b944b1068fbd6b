"""What a compressed model lost against the run that it was made from, and whether that is little enough to serve it.

The one rule of this house: a compressed model is fit to be served where it loses at most LARGEST_LOSS of accuracy on at
least LEAST_ROWS rows that both answered. On fewer rows nothing is proved. Adopting it is a person's choice either way.

A source whose quality is a mean over draws is compared by its exported model alone, the one that was compressed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from engine.evaluation.paired import Paired, compare, corrected, on_common_rows
from engine.evaluation.stored import read_predictions
from engine.spec import Input

MEASURE = "quality.accuracy"
LARGEST_LOSS = 0.005
"""0.5 points, as measured on the rows; the interval stands beside it."""
LEAST_ROWS = 1_000
Fitness = Literal["fit", "loses", "unproved"]


def against_source(folder: Path, source: Path, split: str = "validation", measure: str = MEASURE) -> Paired:
    """The compressed run in `folder` minus its source run, paired over the rows that both answered.

    Raises StoredFileError when predictions are gone, InputError when they share no rows.
    """
    ours, theirs = (replace(read_predictions(run, split), draws=None) for run in (folder, source))
    return compare(*on_common_rows(ours, theirs), measure)


def all_against_source(folders: Sequence[Path], source: Path) -> list[Paired]:
    """`against_source` of several runs on validation, with verdicts corrected for testing them together."""
    return corrected([against_source(folder, source) for folder in folders])


def fitness(difference: float, rows: int) -> Fitness:
    """Whether a compressed model may be served, by its paired difference in accuracy (a share) over so many rows."""
    if rows < LEAST_ROWS:
        return "unproved"
    return "fit" if difference >= -LARGEST_LOSS else "loses"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a compressed model saves in one figure where less is better, against its source."""

    amount: float
    """Source minus compressed, in the figure's unit; negative when the compressed one needs more."""
    share: float
    """The amount in parts of the source's figure."""
    per_point: float | None
    """The amount for each point of accuracy lost; None where no loss is shown by the data."""


def saved(source: float, compressed: float, accuracy: Paired) -> Saved:
    """What is saved, and what each point lost brings; `source` must be above 0."""
    amount = source - compressed
    lost = -100 * accuracy.difference
    per_point = amount / lost if accuracy.verdict == "worse" else None
    return Saved(amount, amount / source, per_point)


def source_facts(folder: Path, source: Path, run: str) -> dict[str, Any]:
    """JSON facts of a compressed run: its source, and what it lost on validation."""
    found = against_source(folder, source)
    return {
        "run": run,
        "measure": found.measure,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "rows": found.n,
        "mcnemar_p": found.mcnemar_p,
        "verdict": found.verdict,
        "fitness": fitness(found.difference, found.n),
    }


def source_serving(source: Path, inputs: Sequence[Input], threads: int) -> dict[str, Any]:
    """JSON facts of how fast the source's model answers now, in the minutes in which the compressed one was timed.

    What a machine has to do besides changes from hour to hour; between the two it hardly does.
    """
    from engine.inference.runtimes import load_predictor  # not for the dashboard, which reads what was measured
    from engine.inference.serving import serving_curve, single_latency

    predictor = load_predictor(source / "artifact", threads)
    latency = single_latency(predictor, inputs)
    points = serving_curve(predictor, inputs)
    return {
        "p50_ms": latency.p50.value,
        "p95_ms": latency.p95.value,
        "curve": [[point.concurrency, point.rate_rps, point.p95_ms] for point in points],
    }
