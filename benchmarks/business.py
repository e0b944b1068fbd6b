"""How quick the simulated business is, against a plain Python loop and whole-array numpy of the same model.

    python benchmarks/business.py [--paths 100000] [--rounds 5] [--customers 200000]

All three draw the same uncertain inputs and keep the same results of every future. Rounds alternate, so that a busy
machine is busy for all; the table shows the median round and the spread. The plain loop does fewer futures and is
scaled up, since each future costs it the same.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.business_peers import Ends, plain_python, whole_arrays  # noqa: E402
from engine import catalog  # noqa: E402
from engine.business.compare import compare  # noqa: E402
from engine.business.draws import Futures  # noqa: E402
from engine.business.inputs import INPUTS  # noqa: E402
from engine.business.scenario import Estimate, Scenario  # noqa: E402
from engine.business.sensitivity import tornado  # noqa: E402
from engine.business.simulate import prepare, simulate  # noqa: E402
from engine.business.starting import start_from  # noqa: E402
from engine.business.summary import summarise  # noqa: E402

PLAIN_PATHS = 2000
PYTHON_TIMES, NUMPY_TIMES, COMPARE_S, SLIDER_S, FIT_S, FIT_MB = 40.0, 2.0, 5.0, 0.3, 60.0, 2000.0


def scenario() -> Scenario:
    """Starting points, with cash in hand."""
    found = start_from(Scenario(), list(catalog.pricing_models().values()), "benchmark")
    inputs = {**found.inputs, "cash_usd": Estimate(150_000.0)}
    for key in ("early_churn_per_month", "payment_fee_usd"):
        inputs.pop(key, None)
    return Scenario(inputs, found.models, found.ranges)


def peers_inputs(given: Scenario) -> tuple[Ends, frozenset[str]]:
    """The same figures as the peers take them."""
    ends = {
        key: (e.value if e.low is None else e.low, e.value, e.value if e.high is None else e.high)
        for key, e in given.inputs.items()
    }
    for name, setting in (("price", "basic_usd_per_seat"), ("seats", "seats")):
        low, high = given.ranges[f"subscription.{setting}"]
        ends[name] = (low, given.models["subscription"][setting], high)
    shares = frozenset(k for k in given.inputs if INPUTS[k].unit == "share" and INPUTS[k].minimum >= 0)
    return ends, shares


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def speeds(paths: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way for `paths` futures, a list of rounds."""
    given = scenario()
    ends, shares = peers_inputs(given)
    model = catalog.pricing_model("subscription")
    ways: dict[str, Callable[[], object]] = {
        "plain Python": lambda: plain_python(ends, shares, PLAIN_PATHS),
        "whole-array numpy": lambda: whole_arrays(ends, shares, paths),
        "Prospectus, 1 thread": lambda: simulate(prepare(given, model, Futures(paths))),
        "Prospectus, 2 threads": lambda: simulate(prepare(given, model, Futures(paths)), threads=2),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(rounds + 1):
        for name, way in ways.items():
            seconds = timed(way) * (paths / PLAIN_PATHS if name == "plain Python" else 1)
            if _round:  # the first warms up
                found[name].append(seconds)
    ours = float(np.median(simulate(prepare(given, model, Futures(paths))).npv))
    theirs = float(np.median(whole_arrays(ends, shares, paths)["npv"]))
    plain = statistics.median(plain_python(ends, shares, PLAIN_PATHS))
    print(f"median NPV: ours {ours:,.0f}, whole-array {theirs:,.0f}, plain (of {PLAIN_PATHS}) {plain:,.0f}")
    return found


def page_figures(rounds: int) -> dict[str, list[float]]:
    """Eight models with what decides them; and what a slider asks for."""
    given = scenario()
    models = list(catalog.pricing_models().values())

    def slide() -> None:
        deal = prepare(given, models[2], Futures(10_000))
        summarise(deal, simulate(deal))
        tornado(given, models[2])

    ways = {"eight models": lambda: compare(given, models, Futures(10_000)), "slider": slide}
    return {name: [timed(way) for _ in range(rounds)] for name, way in ways.items()}


FIT = """
import resource, sys, time
import numpy as np
from engine.business.lifetime import BgNbd, fit_bg_nbd, fit_gamma_gamma
from tests.unit.engine.business.test_lifetime import made
from dataclasses import replace
customers = int(sys.argv[1])
known, _ = made(BgNbd(0.243, 4.414, 0.793, 2.426), customers, 39.0)
rng = np.random.default_rng(2)
known = replace(known, value=np.where(known.repeats > 0, rng.gamma(2.0, 15.0, customers), 0.0))
start = time.perf_counter()
fit = fit_bg_nbd(known)
fit_gamma_gamma(known)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, fit)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=200_000)
    options = parser.parse_args()
    found = speeds(options.paths, options.rounds)
    best = statistics.median(found["Prospectus, 2 threads"])
    print(f"{'one model, ' + format(options.paths, ',') + ' x 36':32}{'seconds':>10}{'spread':>16}{'times ours':>12}")
    for name, rounds in found.items():
        middle = statistics.median(rounds)
        print(f"{name:32}{middle:>10.3f}{min(rounds):>8.3f} to {max(rounds):<6.3f}{middle / best:>10.1f}")
    for name, rounds in page_figures(options.rounds).items():
        limit = COMPARE_S if name == "eight models" else SLIDER_S
        print(f"{name + ', 10,000 futures':32}{statistics.median(rounds):>10.3f}   to reach: under {limit}")
    done = subprocess.run(
        [sys.executable, "-c", FIT, str(options.customers)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, memory, fit = done.stdout.split(maxsplit=2)
    title = f"{options.customers:,} customers fitted"
    print(f"{title:32}{float(seconds):>10.1f} s {float(memory):.0f} MB   {fit.strip()}")
    print(
        f"to reach: {PYTHON_TIMES:g} times plain Python, {NUMPY_TIMES:g} times whole-array; {FIT_S:g} s, {FIT_MB:g} MB"
    )


if __name__ == "__main__":
    main()
