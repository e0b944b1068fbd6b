"""Fine-tuning MiniLM on real review text: our recipes against transformers.Trainer, accuracy first, then rows a second.

    python benchmarks/training.py                                   everything, idle: about an hour on two cores
    python benchmarks/training.py accuracy --seeds 0,1              a part; results are appended to var/benchmarks
    python benchmarks/training.py speed --rounds 3 [--busy]
    python benchmarks/training.py processor --threads 1 --rounds 1  the speed in processor seconds, on a busy machine
    python benchmarks/training.py table                             the table of all that was appended so far
    python benchmarks/training.py speed --quick --threads 1         a look, in minutes; says that it is one

Each training is a process of its own (benchmarks/training_cases.py, where the cases and settings stand). A round
trains every case once, one after the other, so that a ratio compares neighbours in time. With --busy a one-thread
training runs all the while.
"""

import argparse
import contextlib
import csv
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.training_cases import CLOCK_VARIABLE, OURS, PEERS, TUTORIAL  # noqa: E402
from engine.training.processor import flags, has_bf16  # noqa: E402

RESULTS = ROOT / "var" / "benchmarks"
FIELDS = ("part", "at", "case", "seed", "rows", "threads", "busy", "load", "seconds", "rows_a_second", "tokens", "peak")
ROWS, TEST_ROWS, QUICK_ROWS = 2000, 2000, 160
SEEDS = (0, 1, 2, 3, 4)
NOISE_RUNS = 5
SPEEDS = {"speed": "by the clock", "processor": "by processor seconds, for a busy machine"}
MARGIN_POINTS = -1.0
"""No worse: the lower 95 % bound of the difference in accuracy is above this."""
LIMITS: Mapping[str, Mapping[str, float]] = {
    "full, frozen embedding": {"best tuned": 1.3, "plain": 3.0, TUTORIAL: 40.0},
    "full": {"best tuned": 1.1, TUTORIAL: 40.0},
    "top_layers, own rate": {"best tuned": 2.0, TUTORIAL: 40.0},
}
ENCODER_WEIGHTS, LAYERS, WIDTH = 10_644_480, 6, 384
"""MiniLM-L6: weights of its six layers without embeddings, which are looked up and not multiplied."""
RESAMPLES = 2000
ACCURATE = ("plain", *OURS)
COMPARED = tuple(name for name, chosen in PEERS.items() if has_bf16() or not chosen.get("bf16"))
"""Where the processor multiplies no bf16, training in it takes many times as long: no peer there would choose it."""
NOISE_CASE = COMPARED[-1]


@dataclass(frozen=True, slots=True)
class Setting:
    """How trainings are run."""

    rows: int
    test_rows: int
    threads: int
    busy: bool


def child(arguments: Iterable[object], threads: int, clock: str = "") -> Any:
    """What a training process prints. Raises RuntimeError with its last words when it fails."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    environment[CLOCK_VARIABLE] = clock
    command = [sys.executable, str(ROOT / "benchmarks" / "training_cases.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, arguments))} failed: {done.stderr[-1500:]}")
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def busy(wanted: bool) -> Iterator[None]:
    """While a one-thread training runs, when it is wanted."""
    command = [sys.executable, str(ROOT / "benchmarks" / "training_cases.py"), "burn"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    burner = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) if wanted else None
    try:
        yield
    finally:
        if burner is not None:
            burner.kill()
            burner.wait()


def measure(part: str, case: str, seed: int, setting: Setting, peak: float) -> None:
    """Train one case once, append what it took to the table's file, and its answers beside it."""
    load = os.getloadavg()[0]
    test_rows = setting.test_rows if part == "accuracy" else 0
    found = child((case, seed, setting.rows, test_rows, setting.threads), setting.threads, clock=part)
    row = {
        "part": part,
        "at": time.strftime("%Y-%m-%d %H:%M:%S"),
        "case": case,
        "seed": seed,
        "rows": setting.rows,
        "threads": setting.threads,
        "busy": int(setting.busy),
        "load": round(load, 2),
        "seconds": round(found["seconds"], 3),
        "rows_a_second": round(found["rows"] / found["seconds"], 3),
        "tokens": round(found["tokens_per_row"], 2),
        "peak": round(peak, 3),
    }
    append(row)
    if part == "accuracy":
        np.save(answers_path(case, seed, setting.rows), np.asarray(found["right"], dtype=bool))
    print(f"  {part:9}{case:26} seed {seed}  {row['rows_a_second']:8.1f} rows/s  load {load:.1f}", flush=True)


def append(row: Mapping[str, Any]) -> None:
    """Add a line to the results."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / "training.csv"
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        if new:
            writer.writeheader()
        writer.writerow(row)


def answers_path(case: str, seed: int, rows: int) -> Path:
    """Where the answers of a case stand, one truth value a test row."""
    return RESULTS / f"training-{case.replace(' ', '_').replace(',', '')}-{rows}-{seed}.npy"


def speed(part: str, setting: Setting, rounds: int, cases: Sequence[str], peak: float) -> None:
    """Rounds over the cases, then, by the clock, the noise of one."""
    with busy(setting.busy):
        for round_ in range(rounds):
            for case in cases:
                measure(part, case, round_, setting, peak)
        for run in range(NOISE_RUNS if part == "speed" else 0):
            measure("noise", NOISE_CASE, run, setting, peak)


def accuracy(setting: Setting, seeds: Sequence[int], cases: Sequence[str], peak: float) -> None:
    """The cases on every seed."""
    for seed in seeds:
        for case in cases:
            measure("accuracy", case, seed, setting, peak)


def difference(ours: Sequence[np.ndarray[Any, Any]], plain: Sequence[np.ndarray[Any, Any]]) -> tuple[float, ...]:
    """Mean difference of accuracy in points with its 95 % interval.

    Bootstrap over both kinds of chance: seeds are drawn with replacement, and within each the test rows, in pairs.
    """
    chance = np.random.default_rng(0)
    gaps = [100.0 * (a.astype(float) - b.astype(float)) for a, b in zip(ours, plain, strict=True)]
    drawn = np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        seeds = chance.integers(0, len(gaps), len(gaps))
        drawn[i] = np.mean([gaps[s][chance.integers(0, len(gaps[s]), len(gaps[s]))].mean() for s in seeds])
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(np.mean([gap.mean() for gap in gaps])), float(low), float(high)


def operations_a_row(tokens: float) -> float:
    """Operations that training needs for a row without padding: 6 for each weight and token (Kaplan et al., 2020,
    section 2.1), and 12 x layers x width for each pair of tokens in attention."""
    return 6 * ENCODER_WEIGHTS * tokens + 12 * LAYERS * WIDTH * tokens**2


def table() -> None:
    """Everything that was appended: accuracy, then speed idle and busy."""
    path = RESULTS / "training.csv"
    if not path.exists():
        print("nothing was measured yet")
        return
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    accuracy_table(rows)
    settings = sorted({(r["part"], r["busy"], r["threads"], r["rows"]) for r in rows if r["part"] in SPEEDS})
    for part, is_busy, threads, size in settings:
        chosen = [r for r in rows if (r["busy"], r["threads"], r["rows"]) == (is_busy, threads, size)]
        state = "while a one-thread training runs" if is_busy == "1" else "no training beside it"
        speed_table(chosen, part, f"{state}, {SPEEDS[part]}", threads, size)


def accuracy_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Each recipe against plain Trainer on the seeds that both have."""
    sizes = sorted({int(r["rows"]) for r in rows if r["part"] == "accuracy"})
    for size in sizes:
        print(f"\naccuracy against plain Trainer in random order, {size} training rows; no worse above {MARGIN_POINTS}")
        print(f"{'':26}{'seeds':>6}{'rows':>7}{'accuracy':>10}{'points':>9}   95 %")
        done = {(r["case"], int(r["seed"])) for r in rows if r["part"] == "accuracy" and int(r["rows"]) == size}
        for case in OURS:
            seeds = sorted(seed for name, seed in done if name == case and ("plain", seed) in done)
            if not seeds:
                continue
            ours, plain = ([np.load(answers_path(c, s, size)) for s in seeds] for c in (case, "plain"))
            gap, low, high = difference(ours, plain)
            right = 100 * np.mean([a.mean() for a in ours])
            enough = len(seeds) >= len(SEEDS) and len(ours[0]) >= TEST_ROWS
            said = ("no worse" if low > MARGIN_POINTS else "NOT SHOWN") if enough else "too few seeds or rows to say"
            print(
                f"{case:26}{len(seeds):6}{len(ours[0]):7}{right:9.2f}%{gap:+9.2f}   {low:+.2f} to {high:+.2f}  {said}"
            )


def speed_table(rows: Sequence[Mapping[str, str]], part: str, state: str, threads: str, size: str) -> None:
    """Rows a second of every case, and the ratios that are promised, each a median over rounds."""
    speeds: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["part"] == part:
            speeds.setdefault(row["case"], {})[row["seed"]] = float(row["rows_a_second"])
    tuned = [case for case in list(PEERS)[1:] if case in speeds]
    if not tuned or "plain" not in speeds:
        return
    best = max(tuned, key=lambda case: statistics.median(speeds[case].values()))
    short = f"   {size} rows: a look, no result" if int(size) < ROWS else ""
    print(f"\nrows a second, {size} rows, {threads} threads, {state}; best tuned Trainer: {best}{short}")
    print(f"{'':26}{'median':>8}{'min':>8}{'max':>8}{'of peak':>9}   ratios")
    shown = [row for row in rows if row["part"] == part]
    peak, tokens = (statistics.median(float(row[name]) for row in shown) for name in ("peak", "tokens"))
    for case, found in speeds.items():
        middle = statistics.median(found.values())
        counted = peak and case != TUTORIAL and not case.startswith("top_layers")
        reached = f"{100 * middle * operations_a_row(tokens) / (peak * 1e12):8.0f}%" if counted else f"{'':9}"
        ratios = _ratios(case, found, speeds, best)
        print(f"{case:26}{middle:8.1f}{min(found.values()):8.1f}{max(found.values()):8.1f}{reached}   {ratios}")
    noise = [float(row["rows_a_second"]) for row in rows if row["part"] == "noise"][-NOISE_RUNS:]
    if noise and part == "speed":
        print(f"noise: {NOISE_CASE} {len(noise)} times: {', '.join(f'{value:.1f}' for value in noise)}")
    known = f"measured bf16 peak {peak:.2f} x 10^12 operations/s" if peak else "no bf16 here, and no peak of it"
    print(f"{known}; {tokens:.1f} tokens a row")


def _ratios(case: str, found: Mapping[str, float], speeds: Mapping[str, Mapping[str, float]], best: str) -> str:
    """Each promised ratio, its least over the rounds, and whether the median keeps its limit."""
    parts = []
    for peer, limit in LIMITS.get(case, {}).items():
        other = speeds.get(best if peer == "best tuned" else peer, {})
        each = [found[seed] / other[seed] for seed in found if seed in other]
        if each:
            kept = "yes" if statistics.median(each) >= limit else "NO"
            parts.append(f"{statistics.median(each):.2f} x {peer} (>= {limit:g}: {kept}; least {min(each):.2f})")
    return ", ".join(parts)


def machine(threads: int, peak: float) -> str:
    """What it is measured on, and with which versions."""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("torch", "transformers", "accelerate")
    )
    comparable = "" if has_bf16() else "   NOT COMPARABLE: this processor multiplies no bf16"
    known = ", ".join(flags()) or "flags unknown"
    load = os.getloadavg()[0]
    measured = f"; peak {peak:.2f}" if peak else ""
    return f"{known}; {threads} threads of {os.cpu_count()}; load {load:.1f}; {versions}{measured}{comparable}"


def main() -> None:
    """Measure the parts that are named, all when none is, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "parts", nargs="*", help="accuracy, speed, processor, table; all but processor when none is named"
    )
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="of the accuracy part, such as 0,1,2")
    parser.add_argument("--case", action="append", choices=(*PEERS, *OURS, TUTORIAL), help="all that apply without it")
    parser.add_argument("--rounds", type=int, default=3, help="of the speed part")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--busy", action="store_true", help="measure the speed while a one-thread training runs")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROWS} rows, one round: a look, no result")
    chosen = parser.parse_args()
    parts = chosen.parts or ["accuracy", "speed", "table"]
    if wrong := set(parts) - {"accuracy", "table", *SPEEDS}:
        parser.error(f"no part is called {', '.join(wrong)}")
    rows, rounds = (QUICK_ROWS, 1) if chosen.quick else (ROWS, chosen.rounds)
    setting = Setting(rows, QUICK_ROWS if chosen.quick else TEST_ROWS, chosen.threads, chosen.busy)
    if set(parts) - {"table"}:
        wanted = has_bf16() and set(parts) & set(SPEEDS)
        peak = child(("peak", chosen.threads), chosen.threads)["peak"] if wanted else 0.0
        print(machine(chosen.threads, peak), flush=True)
        if "accuracy" in parts:
            accuracy(setting, [int(seed) for seed in chosen.seeds.split(",")], chosen.case or ACCURATE, peak)
        for part in [part for part in SPEEDS if part in parts]:
            speed(part, setting, rounds, chosen.case or (*COMPARED, *OURS, TUTORIAL), peak)
    table()


if __name__ == "__main__":
    main()
