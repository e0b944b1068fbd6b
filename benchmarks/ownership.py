"""How soon a slider of the ownership page is answered: the sum with its tornado, and the pictures drawn from it.

    python -m benchmarks.ownership [--moves 200]

Every input has an interval, so that the tornado is as large as it gets. The figure to reach is 100 ms a move; what a
browser then needs to paint is not in it. No database is opened: the page asks none while a slider moves.
"""

import argparse
import statistics
import sys
import time

from dashboard.components.charts.blades import Blade, blade_chart
from dashboard.components.charts.waterfall import Step, waterfall
from dashboard.components.ink import LIGHT
from engine.costs.ownership.inputs import INPUTS, Given
from engine.costs.ownership.levers import Measured, levers
from engine.costs.ownership.model import Ownership, ownership
from engine.interval import Interval, interval

LIMIT_MS = 100.0
REPEATS = 5
VALUES = {"requests_per_month": 3e6, "growth_per_month": 0.03, "rate_rps": 100.0, "utilisation": 0.3}


def main() -> int:
    """Print the table; 1 when a move takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=200)
    moves = parser.parse_args().moves
    given = {name: _given(name, VALUES.get(name, 10.0)) for name in INPUTS}
    other = Measured("r", "r", "lora", interval(1.0), interval(200.0), None, 0.0, -0.01, 0.01, "no_difference", 400)
    blade_chart(_blades(ownership(given, 24)), 1.0, "", ("", ""), theme=LIGHT)  # loads Plotly
    sums, whole = [], []
    for _repeat in range(REPEATS):
        times = [_move(given, other, 12 + move % 25) for move in range(moves)]
        sums.append(statistics.median(t[0] for t in times))
        whole.append(statistics.median(t[1] for t in times))
    sys.stdout.write(f"{'a move of a slider':34}{'ms':>9}{'five times':>20}\n")
    for name, found in (("sum, tornado, levers (median)", sums), ("with both pictures (median)", whole)):
        spread = f"{min(found):.2f} to {max(found):.2f}"
        sys.stdout.write(f"{name:34}{statistics.median(found):9.2f}{spread:>20}\n")
    met = statistics.median(whole) < LIMIT_MS
    sys.stdout.write(f"to reach: under {LIMIT_MS:g} ms: {'met' if met else 'MISSED'}\n")
    return 0 if met else 1


def _given(name: str, value: float) -> Given:
    return Given(name, Interval(value, 0.5 * value, value if name == "utilisation" else 2 * value), "assumed", "")


def _move(given: dict[str, Given], other: Measured, months: int) -> tuple[float, float]:
    """Milliseconds of the sum alone, and of everything."""
    begun = time.perf_counter()
    found = ownership(given, months)
    levers(given, months, "own", [other] * 9)
    summed = time.perf_counter()
    blade_chart(_blades(found), found.known.value, "US$", ("low", "high"), theme=LIGHT).to_json()
    steps = [Step(p.part, p.usd.value, p.usd.low, p.usd.high, "$1") for p in found.parts if p.usd]
    waterfall(steps, Step("all", *found.known, "$1"), theme=LIGHT).to_json()
    return 1000 * (summed - begun), 1000 * (time.perf_counter() - begun)


def _blades(found: Ownership) -> list[Blade]:
    return [Blade(s.name, s.at_low, s.at_high, "1", "2") for s in found.swings[:8]]


if __name__ == "__main__":
    sys.exit(main())
