"""Forecasters on every series that the carriers hold: fits are kept under var/forecasts, so that a stop loses nothing.

python -m benchmarks.forecasts fit [METHOD ...] [--minutes M] [--windows report]
                                                                 continue series not yet done, in one random order
python -m benchmarks.forecasts report                            the tables, of the series that are done

Of each series two windows: `choice` ends one horizon before the last, and is all that weights and intervals are made
of; `report` is the last horizon, which no choice saw.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.forecasts_report import cell, tables
from engine import catalog
from engine.market.collections import Held, every_series
from engine.market.running import Refusal, continue_all
from engine.spec.forecaster import History

FOLDER = Path("var/forecasts")
WINDOWS = ("choice", "report")
SINGLE = ("seasonal_naive", "drift", "auto_ets", "auto_ces", "auto_theta", "auto_arima", "fracast")
POOLED = ("boosted_lags", "gru", "lstm")


def key_of(held: Held) -> str:
    """Names a series among all."""
    return f"{held.collection}/{held.unique_id}"


def in_random_order(series: Sequence[Held]) -> list[Held]:
    """The same order each time, so that what is done is a random sample of all."""
    return sorted(series, key=lambda held: hashlib.sha256(key_of(held).encode()).hexdigest())


def history_of(held: Held, window: str) -> History:
    """What was known at the window's start."""
    end = len(held.y) - held.horizon * (2 if window == "choice" else 1)
    return History(key_of(held), held.y[: max(end, 0)], held.season_length)


def actual_of(held: Held, window: str) -> Any:
    """What came."""
    end = len(held.y) - (held.horizon if window == "choice" else 0)
    return held.y[end - held.horizon : end]


def kept(method: str, window: str) -> dict[str, list[float] | None]:
    """Forecasts by series; None where the method refused."""
    file = FOLDER / f"{method}-{window}.jsonl"
    if not file.is_file():
        return {}
    lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return {line["key"]: line["forecast"] for line in lines}


def fit(methods: Sequence[str], minutes: float, windows: Sequence[str] = WINDOWS) -> None:
    """Fill what is missing until the time is over."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    series, until = in_random_order(every_series()), time.monotonic() + 60 * minutes
    for method in methods:
        if method in POOLED:
            _fit_pooled(method, windows, series, until)
    _fit_single([m for m in methods if m not in POOLED], windows, series, until)


def _fit_single(methods: Sequence[str], windows: Sequence[str], series: Sequence[Held], until: float) -> None:
    done = {(m, w): set(kept(m, w)) for m in methods for w in windows}
    for held in series:
        for method, window in ((m, w) for m in methods for w in windows):
            if time.monotonic() > until:
                return
            if key_of(held) not in done[method, window]:
                _keep(method, window, [held], "")


def _fit_pooled(method: str, windows: Sequence[str], series: Sequence[Held], until: float) -> None:
    for group in sorted({held.group for held in series}):
        members = [held for held in series if held.group == group]
        for window, (same, of_kind) in ((w, k) for w in windows for k in _kinds(members)):
            if time.monotonic() < until and not {key_of(h) for h in of_kind} <= set(kept(method, window)):
                _keep(method, window, of_kind, f"{group} {same} ")


def _kinds(members: Sequence[Held]) -> Iterator[tuple[Any, list[Held]]]:
    """One model learns from series of one season length and horizon."""
    for kind in sorted({(held.season_length, held.horizon) for held in members}):
        yield kind, [held for held in members if (held.season_length, held.horizon) == kind]


def _keep(method: str, window: str, series: Sequence[Held], what: str) -> None:
    forecaster = catalog.forecaster(method)
    start = time.process_time()
    found = continue_all(forecaster, [history_of(h, window) for h in series], series[0].horizon, forecaster.config())
    seconds = (time.process_time() - start) / len(series)
    with (FOLDER / f"{method}-{window}.jsonl").open("a", encoding="utf-8") as lines:
        for held, forecast in zip(series, found, strict=True):
            refused = isinstance(forecast, Refusal)
            row = {"key": key_of(held), "forecast": None if refused else [float(f"{x:.6g}") for x in forecast]}
            lines.write(json.dumps(row | {"seconds": round(seconds, 5)}) + "\n")
    if what:
        print(f"{method} {window}: {what}{len(series)} series, {seconds * len(series):.0f} s", flush=True)


def report() -> None:
    """The tables, over the series that every single method has done."""
    methods = (*SINGLE, *POOLED)
    done = {(m, w): kept(m, w) for m in methods for w in WINDOWS}
    ready = set.intersection(*(set(done[m, w]) for m in SINGLE for w in WINDOWS))
    series = [held for held in every_series() if key_of(held) in ready]
    cells: dict[str, dict[str, Any]] = {window: {} for window in WINDOWS}
    for window, held in ((w, h) for w in WINDOWS for h in series):
        found = {m: f for m in methods if (f := done[m, window].get(key_of(held)))}
        one = cell(held, history_of(held, window), actual_of(held, window), found)
        if one is not None:
            cells[window][key_of(held)] = one
    tables(cells["choice"], cells["report"])


def main() -> None:
    """Fit or report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fit", "report"))
    parser.add_argument("methods", nargs="*", default=list(SINGLE))
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--windows", nargs="+", choices=WINDOWS, default=list(WINDOWS))
    given = parser.parse_args()
    if given.what == "fit":
        fit(given.methods, given.minutes, given.windows)
    else:
        report()


if __name__ == "__main__":
    main()
