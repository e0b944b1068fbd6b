"""Rolling-origin cross-validation: every method continues every series from several past moments.

Of a series with n points, horizon h and w windows, window k starts at point n - h (w - k): windows follow each other
without overlap, and the last one ends with the series. A method sees nothing behind a window's start.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.market import methods
from engine.market.running import Refusal, continue_all
from engine.market.sanity import bounded
from engine.market.series_clean import TimeSeries
from engine.spec.forecaster import History

FULL = -1
"""Instead of a window's number: the whole series, to forecast what is not known yet."""
CHUNKS_A_JOB = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be computed."""

    horizon: int
    windows: int
    names: tuple[str, ...]
    """Methods, combinations among them."""
    configs: Mapping[str, Any]
    """By method: an instance of its Config."""
    budget_seconds: float
    """For each method and process; series that come after it are left out of the method, and that is told."""
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Fit:
    """What one method said at one origin of one series."""

    forecast: Any
    """float array, or a Refusal."""
    seconds: float

    @property
    def refused(self) -> bool:
        """Whether there is no forecast."""
        return isinstance(self.forecast, Refusal)


Fits = dict[tuple[str, int, int], Fit]
"""By method, number of the series, window (`FULL` for the whole)."""


def history_of(series: TimeSeries, horizon: int, window: int, windows: int) -> History:
    """What is known at a window's start, covariates over its steps included."""
    end = len(series.y) if window == FULL else len(series.y) - horizon * (windows - window)
    past = {name: np.array(values[:end]) for name, values in series.past.items()}
    future = {
        name: np.array(values[end : end + horizon])
        for name, values in series.past.items()
        if len(values) >= end + horizon
    }
    return History(series.unique_id, np.array(series.y[:end], dtype=float), series.season_length, past, future)


def windows_of(series: TimeSeries, horizon: int, wanted: int) -> int:
    """How many windows leave enough history before the first; 0 when fewer than two would."""
    least = max(series.season_length + 2, 6) if series.season_length <= 60 else 2 * 60
    fitting = min(wanted, (len(series.y) - least) // horizon)
    return fitting if fitting >= 2 else 0


def fits(series: Sequence[TimeSeries], plan: Plan, told: Callable[[float], None] = lambda share: None) -> Fits:
    """Members' fits at every origin and at the end; combinations are made of them later."""
    single = [name for name in plan.names if _is_member(name) and not methods.forecaster(name).pooled]
    pooled = [name for name in plan.names if _is_member(name) and methods.forecaster(name).pooled]
    found: Fits = {}
    done, all_steps = 0, max(1, len(single) * len(series) + len(pooled) * (plan.windows + 1))
    for part in _in_processes(series, single, plan):
        found |= part
        done += len(part) // (plan.windows + 1)
        told(min(1.0, done / all_steps))
    for name in pooled:
        for window in (*range(plan.windows), FULL):
            found |= _pooled(name, series, window, plan)
            done += 1
            told(min(1.0, done / all_steps))
    return found


def _is_member(name: str) -> bool:
    return not methods.forecaster(name).members


def _in_processes(series: Sequence[TimeSeries], names: Sequence[str], plan: Plan) -> Any:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    numbered = list(enumerate(series))
    if plan.jobs <= 1 or len(series) < 2 * plan.jobs:
        left = dict.fromkeys(names, plan.budget_seconds)
        for pair in numbered:
            yield fit_chunk([pair], names, plan, left)
        return
    share = plan.budget_seconds / CHUNKS_A_JOB
    chunks = [numbered[i :: plan.jobs * CHUNKS_A_JOB] for i in range(plan.jobs * CHUNKS_A_JOB)]
    with ProcessPoolExecutor(
        plan.jobs, mp_context=get_context("spawn"), initializer=_end_with, initargs=(os.getpid(),)
    ) as pool:
        left = dict.fromkeys(names, share)
        yield from pool.map(fit_chunk, chunks, *zip(*[(names, plan, left)] * len(chunks), strict=True))


def _end_with(parent: int) -> None:
    """Let this process end when its parent has gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def fit_chunk(
    numbered: Sequence[tuple[int, TimeSeries]], names: Sequence[str], plan: Plan, left: dict[str, float]
) -> Fits:
    """Fits of some series by the methods that continue each on its own; takes from the seconds that are left."""
    found: Fits = {}
    for name in names:
        _import(name)
    for i, one in numbered:
        own = windows_of(one, plan.horizon, plan.windows)
        for name in names:
            for window in (FULL, *reversed(range(plan.windows - own, plan.windows))):
                start = time.monotonic()
                method, config = methods.forecaster(name), plan.configs[name]
                history = history_of(one, plan.horizon, window, plan.windows)
                until = start + left[name]
                (said,) = continue_all(
                    method, [history], plan.horizon, config, until=until, budget_seconds=plan.budget_seconds
                )
                spent = time.monotonic() - start
                left[name] -= spent
                found[name, i, window] = Fit(_sane(said, history), spent)
    return found


@cache
def _import(name: str) -> None:
    """Let a method import its libraries before its seconds are counted."""
    method = methods.forecaster(name)
    continue_all(method, [History("", np.arange(1.0, 13.0), 1)], 1, method.config())


def _pooled(name: str, series: Sequence[TimeSeries], window: int, plan: Plan) -> Fits:
    found: Fits = {}
    kinds = sorted({one.season_length for one in series})
    for season in kinds:
        places = [
            i
            for i, one in enumerate(series)
            if one.season_length == season
            and (window == FULL or window >= plan.windows - windows_of(one, plan.horizon, plan.windows))
        ]
        if not places:
            continue
        start = time.monotonic()
        histories = [history_of(series[i], plan.horizon, window, plan.windows) for i in places]
        made = continue_all(methods.forecaster(name), histories, plan.horizon, plan.configs[name])
        spent = (time.monotonic() - start) / len(places)
        for i, history, said in zip(places, histories, made, strict=True):
            found[name, i, window] = Fit(_sane(said, history), spent)
    return found


def _sane(said: Any, history: History) -> Any:
    return said if isinstance(said, Refusal) else bounded(said, history.y, history.season_length)
