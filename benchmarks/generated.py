"""A house full of runs for benchmarks: ideas, data sets and thousands of runs that nobody trained.

    python benchmarks/generated.py FOLDER [--runs 10000] [--points 20] [--ideas 12]

Every row goes through the verbs that the product itself uses (`actions`, `db.runs`, `db.events`); only the figures are
drawn by a random generator. Ideas and data sets are named "Generated ...", and each run's log says that it was
generated. Never point it at a database that holds anything else: it makes its own in FOLDER.
"""

import argparse
import csv
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

SAID = {"negative": ("awful", "poor", "broken"), "positive": ("lovely", "great", "superb"), "mixed": ("fine", "usual")}
LABELS = tuple(sorted(SAID))
RECIPES = {"baseline": (0.78, 0.02), "few_shot": (0.82, 0.03), "lora": (0.88, 0.02)}
"""Recipe to mean and spread of macro F1."""
ROWS_SCORED = 300
BATCH = 100
"""Runs a transaction."""
NOTE = "Generated for a benchmark: nothing was trained."
CURVE = ((1, 60.0, 18.0), (2, 100.0, 26.0), (4, 140.0, 45.0), (8, 150.0, 90.0))
"""concurrency, requests a second, p95 in ms."""


@dataclass(frozen=True, slots=True)
class Idea:
    """What runs are generated for."""

    slug: str
    product_id: int
    dataset_id: int
    truth: np.ndarray[Any, Any]
    """(ROWS_SCORED,) class indices of its validation rows."""


def environment(folder: Path) -> dict[str, str]:
    """Where the generated house is, for the processes that use it."""
    return {"DATABASE_URL": f"sqlite:///{folder}/prospectus.db", "PROSPECTUS_HOME": f"{folder}/home"}


def generate(folder: Path, runs: int = 10_000, points: int = 20, ideas: int = 12, seed: int = 0) -> None:
    """Fill an empty folder with `runs` complete runs of `points` loss points each, and a few in every other state."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(environment(folder))
    from db.session import session_scope, upgrade
    from engine.entrypoints import actions

    upgrade()
    actions.load_rates()
    chance = np.random.default_rng(seed)
    made = [_idea(folder, number, chance) for number in range(ideas)]
    shares = chance.dirichlet(np.full(ideas, 1.5))
    owners = [made[i] for i in chance.choice(ideas, size=runs, p=shares)]
    for start in range(0, runs, BATCH):
        with session_scope() as session:
            for idea in owners[start : start + BATCH]:
                _run(session, idea, chance, points)
    _leave_some_unfinished(made, chance)
    for idea in made:
        actions.recompute(idea.slug)


def _idea(folder: Path, number: int, chance: np.random.Generator) -> Idea:
    from engine.entrypoints import actions

    path = folder / f"generated_{number}.csv"
    _write_rows(path, number)
    data, _ = actions.import_data(path, "text", "label", f"Generated data {number + 1}", "none", "drawn at random")
    slug = actions.add_idea(
        f"Generated idea {number + 1}",
        "nobody",
        "benchmarks",
        "nobody",
        NOTE,
        "quality.f1_macro",
        0.85,
        100.0,
        {"economics.price_per_1k_usd": (0.5, 0.3, 0.8, NOTE)},
        "nobody",
    )
    queued = actions.queue_run(slug, data.id, "text_classification", "baseline")  # gives the idea its data set
    actions.stop_run(queued)
    return Idea(slug, _product_id(slug), data.id, chance.integers(0, len(LABELS), ROWS_SCORED))


def _product_id(slug: str) -> int:
    from db.products import get_product
    from db.session import session_scope

    with session_scope() as session:
        return get_product(session, slug).id


def _write_rows(path: Path, number: int) -> None:
    draw = random.Random(number)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label"))
        for row in range(2000):
            label = draw.choice(LABELS)
            writer.writerow((f"The thing {row} of idea {number} is {draw.choice(SAID[label])}.", label))


def _run(session: Any, idea: Idea, chance: np.random.Generator, points: int) -> None:
    """One complete run with its predictions on validation, whose figures are computed from them."""
    from db.events import apply_events
    from db.runs import claim_next
    from engine.entrypoints.home import run_folder
    from engine.evaluation.stored import Predictions, write_predictions

    recipe = list(RECIPES)[int(chance.integers(len(RECIPES)))]
    run = _queued(session, idea, recipe, int(chance.integers(1000)), priority=-1)
    claimed = claim_next(session, "generator", run.device)
    assert claimed is not None and claimed.id == run.id
    probabilities = _answers(idea.truth, chance.normal(*RECIPES[recipe]), chance)
    folder = run_folder(run.id)
    folder.mkdir(parents=True)
    rows = np.arange(ROWS_SCORED)
    write_predictions(folder, "validation", Predictions(run.id, idea.truth, rows, probabilities))
    events = [*_events(idea.truth, probabilities.argmax(axis=1), chance, points)]
    apply_events(session, run.id, [(event, 100 * (i + 1)) for i, event in enumerate(events)])


def _queued(session: Any, idea: Idea, recipe: str, seed: int, priority: int = 0) -> Any:
    from datetime import date

    from db.costs import rate_in_force
    from db.runs import queue_run

    return queue_run(
        session,
        product_id=idea.product_id,
        dataset_id=idea.dataset_id,
        task="text_classification",
        recipe=recipe,
        config={},
        seed=seed,
        device="local_cpu",
        rate_id=rate_in_force(session, "local_cpu", date.today()).id,
        priority=priority,
    )


def _answers(truth: np.ndarray[Any, Any], accuracy: float, chance: np.random.Generator) -> np.ndarray[Any, Any]:
    """Probabilities (rows, classes) whose greatest is right for about that share of the rows."""
    wrong = chance.random(len(truth)) > accuracy
    said = np.where(wrong, (truth + chance.integers(1, len(LABELS), len(truth))) % len(LABELS), truth)
    found = np.full((len(truth), len(LABELS)), 0.1, dtype=np.float32)
    found[np.arange(len(truth)), said] = 1 - 0.1 * (len(LABELS) - 1)
    return found


def _events(
    truth: np.ndarray[Any, Any], said: np.ndarray[Any, Any], chance: np.random.Generator, points: int
) -> Iterator[Mapping[str, Any]]:
    """What a child writes, in its order."""
    from engine.evaluation.metrics import score_classes

    at = time.time()
    seconds = float(chance.gamma(4.0, 10.0))
    yield {"kind": "note", "at": at, "template": NOTE, "values": {}}
    yield {"kind": "spend", "at": at, "phase": "fit", "start": at - seconds, "end": at}
    for step in range(points):
        yield {"kind": "metric", "at": at, "step": step + 1, "values": {"train.loss": float(np.exp(-step / points))}}
    size, memory = float(chance.gamma(3.0, 3e7)), float(chance.gamma(5.0, 120.0))
    yield {"kind": "facts", "at": at, "values": {"artifact_bytes": int(size), "peak_memory_mb": memory}}
    yield {"kind": "artifact", "at": at, "name": "artifact", "path": "artifact", "bytes": int(size)}
    for split in ("validation", "test"):
        scores = score_classes(truth, said, len(LABELS))
        for name in ("accuracy", "f1_macro"):
            yield _summary(at, split, f"quality.{name}", getattr(scores, name), 0.03, 0.35)
    speed = float(chance.uniform(0.5, 2.0))
    for name, value in (("latency.p50_ms", 9.0), ("latency.p95_ms", 18.0)):
        yield _summary(at, "serving", name, value / speed, 1.0, None)
    for concurrency, rate, p95 in CURVE:
        rates = {"rate_rps": rate * speed, "rate_low": 0.9 * rate * speed, "rate_high": 1.1 * rate * speed}
        values = {f"serving.{k}": v for k, v in {**rates, "p50_ms": p95 / 2 / speed, "p95_ms": p95 / speed}.items()}
        yield {"kind": "metric", "at": at, "step": concurrency, "values": values}
    yield {"kind": "end", "at": at, "state": "complete", "error": None, "reason": None}


def _summary(  # noqa: PLR0917  in the order of an event
    at: float, split: str, name: str, value: float, spread: float, baseline: float | None
) -> dict[str, Any]:
    return {
        "kind": "summary",
        "at": at,
        "split": split,
        "name": name,
        "value": value,
        "low": value - spread,
        "high": value + spread,
        "n": ROWS_SCORED,
        "baseline": baseline,
        "quantiles": [value + spread * (2 * i / 100 - 1) for i in range(101)],
    }


def _leave_some_unfinished(ideas: list[Idea], chance: np.random.Generator) -> None:
    """Of every idea one run that waits, one that failed and one that was stopped."""
    from db.events import apply_events
    from db.runs import claim_next, request_stop
    from db.session import session_scope

    error = {"template": NOTE, "message": NOTE, "kind": "StateError", "values": {}, "kept": "", "remedy": ""}
    for idea in ideas:
        with session_scope() as session:
            failed = _queued(session, idea, "lora", 1, priority=-1)
            claim_next(session, "generator", failed.device)
            end = {"kind": "end", "at": time.time(), "state": "failed", "error": error, "reason": None}
            apply_events(session, failed.id, [(end, 100)])
            request_stop(session, _queued(session, idea, "lora", 2).id)
            _queued(session, idea, "baseline", int(chance.integers(1000)))


def main() -> None:
    """Generate into a folder and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=20, help="loss points of a run")
    parser.add_argument("--ideas", type=int, default=12)
    chosen = parser.parse_args()
    if (chosen.folder / "prospectus.db").exists():
        parser.error(f"{chosen.folder} holds a database already")
    began = time.monotonic()
    generate(chosen.folder.resolve(), chosen.runs, chosen.points, chosen.ideas)
    print(f"{chosen.runs} generated runs in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
