"""How long the forecasts of 100 monthly series take, and how soon a stored forecast is on the screen.

    python -m benchmarks.forecast_speed [fits] [page] [--series 100] [--windows 3] [--threads 2] [--budget 25]

fits: the first hundred of M3's monthly series by every statistical method, back-tested and
continued. The budget is each method's seconds in each process; the table says how many series it left out.
page: the page Forecasts of a real series with a stored forecast, served as in earnest (see benchmarks/dashboard.py).
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks import generated
from benchmarks.dashboard import machine, served, verdict
from benchmarks.sessions import Session

STATISTICAL = ("seasonal_naive", "drift", "auto_ets", "auto_arima", "auto_ces", "auto_theta")
"""Those that fit one series at a time and learn from nothing else."""
LIMIT_S, SHOWN_S = 120.0, 1.0
CLICKS = 20
RESTING_S = 0.02
"""A dashboard that works less within a second waits for readers."""
COLLECTION = "M3 monthly"


def hundred(count: int) -> list[Any]:
    """The first so many monthly series of M3, as an import would leave them."""
    from engine.market.calendar import following
    from engine.market.collections import every_series
    from engine.market.series_clean import TimeSeries

    held = [one for one in every_series() if one.group == COLLECTION][:count]
    return [
        TimeSeries(one.unique_id, "MS", 12, ("1990-01-01", *following("MS", ["1990-01-01"], len(one.y) - 1)),
                   tuple(float(y) for y in one.y))
        for one in held
    ]  # fmt: skip


def measure_fits(given: argparse.Namespace) -> bool:
    """The table of methods; whether the limit was kept."""
    from engine.market.issue import outlook, plan_of

    series = hundred(given.series)
    plan = plan_of(given.horizon, given.windows, STATISTICAL, budget_seconds=given.budget, jobs=given.threads)
    before, began = processor_seconds(), time.perf_counter()
    found = outlook(series, plan)
    seconds, spent = time.perf_counter() - began, processor_seconds() - before
    print(f"\n{len(series)} monthly series, {given.windows} windows of {given.horizon} steps and the forecast, "
          f"{given.threads} processes, {given.budget:g} s a method and process; limit {LIMIT_S:.0f} s")  # fmt: skip
    print(f"{'method':16}{'fits':>7}{'s':>9}{'ms a fit':>10}{'left out':>10}  settings")
    for report in found.backtest.reports:
        fits = len(series) * (given.windows + 1)
        settings = ", ".join(f"{key}={value}" for key, value in found.options["settings"][report.method].items())
        print(f"{report.method:16}{fits:7d}{report.seconds:9.1f}{1000 * report.seconds / fits:10.1f}"
              f"{report.refused:10d}  {settings}")  # fmt: skip
    print(f"{'until all is there, s':26}{seconds:9.1f}  {verdict(seconds, LIMIT_S)}")
    idle = spent / given.threads
    print(f"{'processor seconds':26}{spent:9.1f}  {idle:.0f} s on {given.threads} processors that do nothing else")
    for note in found.backtest.refusals:
        print(f"left out: {note}")
    return seconds <= LIMIT_S


def processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def store_one(house: Path) -> int:
    """A house with the real series and one stored forecast; the id of its series."""
    house.mkdir(parents=True, exist_ok=True)
    os.environ.update(generated.environment(house))
    from db.session import session_scope, upgrade
    from db.views.forecasts import forecasts_live
    from engine.entrypoints.actions.series import load_sample_series, queue_forecast
    from engine.entrypoints.worker import Worker

    upgrade()
    series_id = next(iter(load_sample_series().series.values()))
    run = queue_forecast([series_id], 12, author="benchmark", methods="seasonal_naive,drift,auto_theta")

    def done() -> bool:
        with session_scope() as session:
            return run not in forecasts_live(session)

    Worker(threads=1, only=[run]).run(until=done)
    return series_id


def rest(process: psutil.Process) -> None:
    """Return when a dashboard has loaded what it loads ahead: when it works no more."""
    worked = -1.0
    while (now := sum(process.cpu_times()[:2])) - worked > RESTING_S:
        worked = now
        time.sleep(1)


def measure_page() -> bool:
    """The page cold and warm; whether the limit was kept."""
    with tempfile.TemporaryDirectory() as folder:
        series_id = store_one(Path(folder))
        with served(Path(folder)) as (port, _process), Session(port) as session:
            first = session.show("forecasts", f"series={series_id}")
            clicks = [session.click(f"series={series_id}") for _ in range(CLICKS)]
        with served(Path(folder)) as (port, process):
            rest(process)
            with Session(port) as session:
                loaded = session.show("forecasts", f"series={series_id}")
        with served(Path(folder)) as (port, _process), Session(port) as session:
            session.show("portfolio")
            after = session.show("forecasts", f"series={series_id}")
    print(f"\nThe page of a series with a stored forecast, s; limit {SHOWN_S:g}")
    rows = {
        "first page, asked while it still starts": first,
        "first page, once it has started": loaded,
        "after the portfolio was shown": after,
        f"again, median of {CLICKS}": statistics.median(clicks),
        f"again, slowest of {CLICKS}": max(clicks),
    }
    for name, value in rows.items():
        print(f"{name:40}{value:8.3f}  {verdict(value, SHOWN_S)}")
    return max(rows.values()) <= SHOWN_S


def main() -> int:
    """Print the tables; 1 where a limit was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="fits, page; both when none is named")
    parser.add_argument("--series", type=int, default=100)
    parser.add_argument("--windows", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--budget", type=float, default=25.0)
    parser.add_argument("--horizon", type=int, default=12)
    given = parser.parse_args()
    parts = given.parts or ["fits", "page"]
    if wrong := set(parts) - {"fits", "page"}:
        parser.error(f"no part is called {', '.join(wrong)}")
    print(machine(False))
    kept = [measure_fits(given) if part == "fits" else measure_page() for part in parts]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
