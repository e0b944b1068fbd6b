"""How far off estimates made before a run are: real runs that the calibration has not seen, against what was said.

    python benchmarks/estimates.py [--home DIR] [--minutes 20] [--report [--recomputed]]

Runs a calibration set, lets the estimates learn from it, estimates the test set, and only then runs that. Lengths,
recipes and threads (1 and 2) differ. Every run is appended to benchmarks/estimates.csv as soon as it has finished; run
again, it goes on where it was. `--report` prints the table of what the file holds and runs nothing; `--recomputed` puts
in it what today's estimator, calibrated by the file's calibration runs alone, says of the work that was counted then.
With another `--home` or after deleting the file it begins anew.

Prints processor and noise (one run five times), then the errors of time, money and peak memory, the share of runs
inside of their 90 % interval, and each beside its goal. The peer is what was here before: the median seconds a row of
earlier runs of the recipe (`db.estimates.expected_seconds`).
"""

import argparse
import csv
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
FILE = Path(__file__).with_suffix(".csv")
FIGURES = ("seconds", "usd", "peak_memory_mb", "energy_kwh")
ENDS = ("value", "low", "high")
GOALS = {"seconds": 0.15, "usd": 0.15, "peak_memory_mb": 0.10}
WORST_TENTH = 0.40
COVERAGE = (0.80, 0.97)
NOISE_RUNS = 5
REVIEWS, CLOTHING, MAILS, CHINESE = "review_sentences", "apparel_reviews", "mails", "chinese_reviews"


@dataclass(frozen=True)
class Case:
    """One run of the grid."""

    part: str
    """calibration, test or noise."""
    sample: str
    rows: int
    recipe: str
    threads: int
    config: Mapping[str, Any] = field(default_factory=dict)
    again: int = 0
    """Which repeat of one run it is."""

    @property
    def key(self) -> str:
        """Names it in the file."""
        settings = ",".join(f"{name}={value}" for name, value in sorted(self.config.items()))
        return f"{self.part}|{self.sample}|{self.rows}|{self.recipe}|{self.threads}|{settings}|{self.again}"


def cases() -> list[Case]:
    """The grid: calibration, then test, then one run again and again."""

    def small(most: int, evaluated: int, **more: Any) -> dict[str, Any]:
        return {"epochs": 1, "max_train_rows": most, "max_evaluation_rows": evaluated, **more}

    def few(evaluated: int) -> dict[str, Any]:
        return {"max_evaluation_rows": evaluated}

    learn = [
        (REVIEWS, 600, "baseline", 1, {}),
        (CLOTHING, 3000, "baseline", 2, {}),
        (CHINESE, 2000, "baseline", 1, {}),
        (CLOTHING, 1000, "few_shot", 1, few(60)),
        (REVIEWS, 1500, "few_shot", 2, few(150)),
        (CHINESE, 600, "few_shot", 2, few(60)),
        (REVIEWS, 1500, "zero_shot", 1, few(200)),
        (MAILS, 1000, "zero_shot", 2, few(60)),
        (REVIEWS, 600, "lora", 1, small(300, 80)),
        (CLOTHING, 1000, "lora", 2, small(120, 50)),
        (MAILS, 1000, "lora", 1, small(60, 40, max_length=96)),
        (REVIEWS, 1500, "full", 2, small(400, 100)),
        (CLOTHING, 1000, "full", 1, small(80, 40)),
        (REVIEWS, 1500, "top_layers", 1, small(500, 120)),
        (MAILS, 1000, "top_layers", 2, small(120, 50)),
    ]
    test = [
        (REVIEWS, 3000, "baseline", 1, {}),
        (MAILS, 1500, "baseline", 1, {}),
        (MAILS, 3000, "baseline", 2, {}),
        (CHINESE, 4000, "baseline", 2, {}),
        (CLOTHING, 2000, "few_shot", 2, few(100)),
        (REVIEWS, 3000, "few_shot", 1, few(250)),
        (MAILS, 600, "few_shot", 1, few(40)),
        (CHINESE, 1000, "few_shot", 2, few(50)),
        (CLOTHING, 1500, "zero_shot", 1, few(100)),
        (REVIEWS, 3000, "zero_shot", 2, few(400)),
        (CHINESE, 1500, "zero_shot", 2, few(120)),
        (REVIEWS, 1500, "lora", 2, small(600, 150)),
        (REVIEWS, 3000, "lora", 1, small(400, 200, batch_size=32)),
        (CLOTHING, 2000, "lora", 1, small(100, 40)),
        (MAILS, 1500, "lora", 2, small(100, 60)),
        (REVIEWS, 600, "lora", 1, small(200, 60, epochs=2, rank=32)),
        (REVIEWS, 3000, "full", 1, small(350, 120)),
        (REVIEWS, 600, "full", 2, small(300, 80, epochs=2, freeze_embeddings=True)),
        (CLOTHING, 1500, "full", 2, small(120, 60, batch_size=8)),
        (MAILS, 1000, "full", 1, small(60, 40, max_length=64)),
        (REVIEWS, 3000, "top_layers", 2, small(900, 200)),
        (REVIEWS, 1500, "top_layers", 1, small(400, 100, top_layers=3)),
        (CLOTHING, 1000, "top_layers", 1, small(150, 60)),
        (CLOTHING, 3000, "top_layers", 2, small(250, 80, epochs=2)),
        (MAILS, 600, "top_layers", 1, small(80, 40)),
        (REVIEWS, 1500, "lora", 1, small(250, 100, max_length=32)),
    ]
    found = [Case("calibration", *one) for one in learn] + [Case("test", *one) for one in test]
    again = [Case("noise", REVIEWS, 600, "top_layers", 1, small(150, 50), n) for n in range(NOISE_RUNS)]
    return [*found, *again]


def main() -> None:
    """Run what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("var/benchmark-estimates"))
    parser.add_argument("--minutes", type=float, default=20.0, help="Begin no further run after so long.")
    parser.add_argument("--report", action="store_true", help="Print what the file holds; run nothing.")
    parser.add_argument("--recomputed", action="store_true", help="Estimates of today beside the runs of then.")
    chosen = parser.parse_args()
    if not chosen.report:
        run(chosen.home.resolve(), time.monotonic() + 60 * chosen.minutes)
    rows = list(rows_of(FILE))
    report(recomputed(rows) if chosen.recomputed else rows)


def run(home: Path, until: float) -> None:
    """Run the cases that the file lacks, in order."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {"PROSPECTUS_HOME": str(home / "home"), "DATABASE_URL": f"sqlite:///{home / 'estimates.db'}"}
    os.environ["PROSPECTUS_DEVICE"] = "cpu"
    from db.session import upgrade

    upgrade()
    done = {row["case"] for row in rows_of(FILE)}
    queued: dict[str, str] = {}
    for case in cases():
        if case.key in done:
            continue
        if time.monotonic() > until:
            print(f"time is up: {case.key} and what follows it is left for the next call")
            return
        if case.part != "calibration" and not queued:
            queued = queue_test(case for case in cases() if case.part != "calibration" and case.key not in done)
        _forget()
        run_id = queued.get(case.key) or queue(case)
        work(run_id, case.threads)
        row = row_of(case, run_id)
        _append(row)
        print(
            f"{row['state']:9}{float(row['seconds']):7.1f} s  estimated {float(row['seconds_value']):7.1f}  {case.key}"
        )


def queue_test(wanted: Iterator[Case]) -> dict[str, str]:
    """Queue the whole test set: every estimate is made and stored before the first of its runs begins."""
    _forget()
    return {case.key: queue(case) for case in wanted}


def queue(case: Case) -> str:
    """Queue one run; its estimate is stored with it."""
    from engine.entrypoints import actions

    os.environ["PROSPECTUS_THREADS"] = str(case.threads)
    return actions.queue_run(None, dataset(case), "text_classification", case.recipe, dict(case.config))


def dataset(case: Case) -> int:
    """The data set of a case: the first rows of a shuffled sample, stored once."""
    from engine.data.samples import write_sample
    from engine.entrypoints import actions

    folder = Path(os.environ["PROSPECTUS_HOME"]).parent / "data"
    folder.mkdir(exist_ok=True)
    file = folder / f"{case.sample}-{case.rows}.jsonl"
    if not file.is_file():
        lines = write_sample(case.sample, folder).read_text("utf-8").strip("\n").split("\n")
        random.Random(7).shuffle(lines)
        file.write_text("\n".join(lines[: case.rows]) + "\n", "utf-8")
    return actions.import_data(file, "text", "label", file.stem)[0].id


def _forget() -> None:
    """Drop what earlier runs left to use again: every run of the grid does all of its work."""
    from engine.entrypoints.home import cache_folder

    for name in ("embeddings", "lower_layers"):
        shutil.rmtree(cache_folder() / name, ignore_errors=True)


def work(run_id: str, threads: int) -> None:
    """Be the worker of one run."""
    from db.session import in_transaction
    from db.views import run_detail
    from engine.entrypoints.worker import Worker

    def ended() -> bool:
        return in_transaction(lambda s: run_detail(s, run_id)).row.state in ("complete", "failed", "stopped")

    Worker(threads=threads, only=[run_id]).run(until=ended)


def row_of(case: Case, run_id: str) -> dict[str, Any]:
    """One line of the file: configuration, estimate, actual."""
    from db.estimates import expected_seconds
    from db.models import Experiment, Run, RunEstimate
    from db.session import session_scope
    from engine.costs.before.energy import JOULES_A_KWH, power_of

    with session_scope() as session:
        run, kept = session.get_one(Run, run_id), session.get_one(RunEstimate, run_id)
        data = session.get_one(Experiment, run.experiment_id).dataset_id
        if case.part == "calibration":
            peer = None
        else:
            peer = expected_seconds(session, recipe=run.recipe, task="text_classification", device=run.device,
                                    dataset_id=data, config={})  # fmt: skip
        cpu = run.facts.get("cpu_seconds", {})
        actual = {
            "seconds": run.seconds,
            "usd": run.cost_nano / 1e9,
            "peak_memory_mb": run.peak_memory_mb,
            "energy_kwh": power_of(run.device).watts.value * run.seconds / JOULES_A_KWH,
        }
        figures = {f"{name}_{end}": kept.figures[name][end] for name in FIGURES for end in ENDS}
        return {
            "case": case.key, "part": case.part, "sample": case.sample, "rows": case.rows, "recipe": case.recipe,
            "threads": case.threads, "config": json.dumps(dict(case.config)), "again": case.again, "state": run.state,
            "estimated_from_runs": kept.runs, **figures, **actual,
            "cpu_seconds": round(sum(cpu.values()), 2), "load_before": round(os.getloadavg()[0], 2),
            "phases": json.dumps(_phases(session, run_id)), "cpu_phases": json.dumps(cpu),
            "estimated_phases": json.dumps(kept.phases), "work": json.dumps(kept.work), "peer_seconds": peer,
        }  # fmt: skip


def _phases(session: Any, run_id: str) -> dict[str, float]:
    from db.run_estimates import phases_of as found

    return found(session, [run_id])[run_id]


def rows_of(file: Path) -> Iterator[dict[str, str]]:
    """What the file holds."""
    if file.is_file():
        csv.field_size_limit(1 << 24)
        with file.open(newline="", encoding="utf-8") as stream:
            yield from csv.DictReader(stream)


def _append(row: Mapping[str, Any]) -> None:
    new = not FILE.is_file()
    with FILE.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


def report(rows: Sequence[Mapping[str, str]]) -> None:
    """Print the errors of the test set beside their goals."""
    from engine.training.processor import describe

    complete = [row for row in rows if row["state"] == "complete"]
    test = [row for row in complete if row["part"] == "test"]
    if not test:
        print("no run of the test set has finished yet")
        return
    noise = spread([row for row in complete if row["part"] == "noise"])
    print(f"processor: {describe(2)}")
    print(f"runs: {len(complete) - len(test)} of calibration and noise, {len(test)} of the test set")
    print(f"noise floor, one run {NOISE_RUNS} times: median {noise:.1%} from their mean")
    print(f"\n{'figure':16}{'median':>9}{'goal':>9}{'90th':>9}{'goal':>7}{'within 90 %':>13}{'goal':>14}")
    for name, goal in GOALS.items():
        off, within = errors(test, name)
        most = max(goal, 2 * noise) if name != "peak_memory_mb" else goal
        print(f"{name:16}{np.median(off):9.1%}{most:9.1%}{np.quantile(off, 0.9):9.1%}{WORST_TENTH:7.0%}"
              f"{within:13.0%}{COVERAGE[0]:9.0%}-{COVERAGE[1]:.0%}")  # fmt: skip
    peers = [row for row in test if row["peer_seconds"]]
    if peers:
        off = [abs(float(row["peer_seconds"]) / float(row["seconds"]) - 1) for row in peers]
        print(f"{'peer: per row':16}{np.median(off):9.1%}{'':9}{np.quantile(off, 0.9):9.1%}   (median seconds a row)")
    print(f"\n{'off':>7}{'actual s':>10}{'estimate':>10}{'memory off':>12}  case")
    for row in sorted(test, key=lambda row: -errors([row], "seconds")[0][0]):
        (off,), _ = errors([row], "seconds")
        (held,), _ = errors([row], "peak_memory_mb")
        print(f"{off:7.1%}{float(row['seconds']):10.1f}{float(row['seconds_value']):10.1f}{held:12.1%}  {row['case']}")


def recomputed(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows with the estimates that are made today: their counted work is kept with them."""
    from engine.costs.before.estimate import Finished, calibrate, estimate
    from engine.spec.work import Work

    def work_of(row: Mapping[str, str]) -> Work:
        return Work.from_dict(json.loads(row["work"]))

    taught = [
        Finished(
            row["case"], int(row["threads"]), work_of(row), json.loads(row["phases"]), float(row["peak_memory_mb"])
        )
        for row in rows
        if row["part"] == "calibration" and row["state"] == "complete"
    ]
    learned = calibrate(taught)
    found = []
    for row in rows:
        usd_per_hour = 3600 * float(row["usd_value"]) / float(row["seconds_value"])
        told = estimate(work_of(row), int(row["threads"]), learned, watts=35.0, usd_per_hour=usd_per_hour)
        figures = {f"{name}_{end}": str(getattr(getattr(told, name), end)) for name in FIGURES for end in ENDS}
        found.append({**row, **figures})
    return found


def errors(rows: Sequence[Mapping[str, str]], name: str) -> tuple[list[float], float]:
    """|estimated / actual - 1| of each row, and the share inside of the interval."""
    found = [
        (float(r[f"{name}_value"]), float(r[f"{name}_low"]), float(r[f"{name}_high"]), float(r[name])) for r in rows
    ]
    within = [low <= actual <= high for _, low, high, actual in found]
    return [abs(value / actual - 1) for value, _, _, actual in found], float(np.mean(within))


def spread(rows: Sequence[Mapping[str, str]]) -> float:
    """Median distance of one case's seconds from their mean."""
    seconds = np.array([float(row["seconds"]) for row in rows])
    return float(np.median(np.abs(seconds / seconds.mean() - 1))) if len(seconds) > 1 else float("nan")


if __name__ == "__main__":
    main()
