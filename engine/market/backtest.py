"""Which method to trust: chosen on earlier windows, reported on the last one, seasonal naive always beside it.

1. Every member continues every series from every window's start; a combination at a window knows the errors of earlier
   windows only.
2. The choice looks at all windows but the last: a method's error relative to seasonal naive, of the series itself as
   far as it has windows, of all series given beyond that, and of the competitions where there is nothing else.
3. The last window is reported: it decided nothing. Its intervals are made of the scores of the windows before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.errors import N_
from engine.market import methods
from engine.market.conformal import Widths, calibrated
from engine.market.naive import naive_scale
from engine.market.prior import prior_error
from engine.market.rolling import FULL, Fit, Fits, Plan, history_of, windows_of
from engine.market.running import Refusal
from engine.market.sanity import bounded
from engine.market.scores import Scores, mean_of, score
from engine.market.series_clean import Note, TimeSeries
from engine.spec.forecaster import History, Said

SERIES_TRUST, POOL_TRUST = 4.0, 8.0
"""Windows that a pool's word, and the competitions' word, weigh as much as."""
SMALLEST = 1e-3
LARGEST = 20.0
"""Bounds of an error relative to seasonal naive, so that one window of a nearly constant series decides little."""


@dataclass(frozen=True, slots=True)
class Report:
    """One method on the last window, over the series that have one."""

    method: str
    scores: Scores
    earlier: float
    """Error relative to seasonal naive on the windows before: what the choice saw."""
    series: int
    refused: int
    """Series it had no forecast for."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the windows said."""

    horizon: int
    windows: int
    reports: tuple[Report, ...]
    """By method, simplest first; only those that stand for a series at all."""
    chosen: str
    """The method for the most series."""
    chosen_of: Mapping[str, str]
    """By series."""
    too_short: tuple[str, ...]
    """Series without a back-test."""
    scored: Mapping[str, Mapping[str, Scores]]
    """By series and method: the last window."""
    refusals: tuple[Note, ...] = ()


@dataclass(slots=True)
class Work:
    """Fits with combinations and errors, as the windows pass by."""

    series: Sequence[TimeSeries]
    plan: Plan
    fits: Fits
    windows: list[int]
    """Of each series."""
    scales: dict[tuple[int, int], float] = field(default_factory=dict)
    errors: dict[tuple[str, int, int], Any] = field(default_factory=dict)
    """|y - f| of each step, by method, series and window."""

    def history(self, i: int, window: int) -> History:
        """What was known."""
        return history_of(self.series[i], self.plan.horizon, window, self.plan.windows)

    def scale(self, i: int, window: int) -> float:
        """The scale of what was known."""
        if (i, window) not in self.scales:
            history = self.history(i, window)
            self.scales[i, window] = naive_scale(history.y, history.season_length)
        return self.scales[i, window]

    def actual(self, i: int, window: int) -> Any:
        """What came."""
        end = len(self.series[i].y) - self.plan.horizon * (self.plan.windows - window - 1)
        return np.array(self.series[i].y[end - self.plan.horizon : end])

    def of(self, i: int) -> list[int]:
        """The windows of a series, oldest first."""
        return list(range(self.plan.windows - self.windows[i], self.plan.windows))


def combined(series: Sequence[TimeSeries], plan: Plan, members: Fits) -> Work:
    """Adds the combinations, window after window, and the errors of all methods."""
    work = Work(series, plan, dict(members), [windows_of(one, plan.horizon, plan.windows) for one in series])
    combinations = [name for name in plan.names if methods.forecaster(name).members]
    for window in range(plan.windows):
        places = [i for i in range(len(series)) if window in work.of(i)]
        for name in combinations:
            _combine(work, name, places, window)
        for name in plan.names:
            for i in places:
                fit = work.fits[name, i, window]
                if not fit.refused:
                    work.errors[name, i, window] = np.abs(work.actual(i, window) - fit.forecast)
    for name in combinations:
        _combine(work, name, range(len(series)), FULL)
    return work


def _combine(work: Work, name: str, places: Sequence[int], window: int) -> None:
    method = methods.forecaster(name)
    before = range(work.plan.windows if window == FULL else window)
    pool = {member: _pooled_error(work, member, before) for member in method.members if member in work.plan.names}
    for i in places:
        said = {
            member: Said(work.fits[member, i, window].forecast, _error_of(work, member, i, before, pool[member]))
            for member in pool
            if not work.fits[member, i, window].refused
        }
        history = work.history(i, window)
        if not said:
            refusal = Refusal(N_("No member of {method} has a forecast."), {"method": method.title})
            work.fits[name, i, window] = Fit(refusal, 0.0)
            continue
        given = History(history.unique_id, history.y, history.season_length, said=said)
        (made,) = method.predict([given], work.plan.horizon, work.plan.configs[name])
        seconds = sum(work.fits[member, i, window].seconds for member in said)
        work.fits[name, i, window] = Fit(bounded(made, history.y, history.season_length), seconds)


def _relative(work: Work, name: str, i: int, window: int) -> float | None:
    error, naive = work.errors.get((name, i, window)), work.errors.get((methods.BASELINE, i, window))
    if error is None or naive is None:
        return None
    floor = SMALLEST * max(work.scale(i, window), 1e-12)
    return float(np.clip((error.mean() + floor) / (naive.mean() + floor), SMALLEST, LARGEST))


def _pooled_error(work: Work, name: str, windows: Sequence[int]) -> float:
    """Geometric mean of the relative errors of all series, drawn towards the competitions' figure."""
    logs = [
        np.log(found)
        for i in range(len(work.series))
        for window in windows
        if window in work.of(i) and (found := _relative(work, name, i, window)) is not None
    ]
    return float(np.exp((np.sum(logs) + POOL_TRUST * np.log(prior_error(name))) / (len(logs) + POOL_TRUST)))


def _error_of(work: Work, name: str, i: int, windows: Sequence[int], pool: float) -> float:
    """The series' own relative error, drawn towards the pool's as far as it has few windows."""
    logs = [np.log(found) for window in windows if window in work.of(i) and (found := _relative(work, name, i, window))]
    return float(np.exp((np.sum(logs) + SERIES_TRUST * np.log(pool)) / (len(logs) + SERIES_TRUST)))


def chosen_methods(work: Work, windows: Sequence[int]) -> list[str]:
    """The method for each series by these windows; seasonal naive for a series without a back-test."""
    pool = {name: _pooled_error(work, name, windows) for name in work.plan.names}
    return [_choice(work, i, windows, pool) if work.windows[i] else methods.BASELINE for i in range(len(work.series))]


def _choice(work: Work, i: int, windows: Sequence[int], pool: Mapping[str, float]) -> str:
    able = [
        name
        for name in pool
        if not work.fits[name, i, FULL].refused and (name, i, work.plan.windows - 1) in work.errors
    ]
    return min(able, key=lambda name: _error_of(work, name, i, windows, pool[name]), default=methods.BASELINE)


def widths(work: Work, name: str, windows: Sequence[int], season_length: int) -> Widths:
    """Interval widths of a method from the scores of these windows, over all series of one season length."""
    scores = [
        work.errors[name, i, window] / work.scale(i, window)
        for i in range(len(work.series))
        for window in windows
        if work.series[i].season_length == season_length
        and (name, i, window) in work.errors
        and work.scale(i, window) > 0
    ]
    return calibrated(scores, work.plan.horizon, season_length, name)


def backtest(work: Work) -> Backtest:
    """The choice on earlier windows and the report on the last."""
    last, earlier = work.plan.windows - 1, range(work.plan.windows - 1)
    tested = [i for i in range(len(work.series)) if work.windows[i]]
    choice = chosen_methods(work, earlier)
    scored = {work.series[i].unique_id: _scored(work, i, last, earlier) for i in tested}
    reports = [report for name in work.plan.names if (report := _report(work, name, tested, scored, earlier))]
    names = [choice[i] for i in tested]
    return Backtest(
        horizon=work.plan.horizon,
        windows=work.plan.windows,
        reports=tuple(reports),
        chosen=max(sorted(set(names)), key=names.count) if names else methods.BASELINE,
        chosen_of={one.unique_id: name for one, name in zip(work.series, choice, strict=True)},
        too_short=tuple(one.unique_id for one, own in zip(work.series, work.windows, strict=True) if not own),
        scored=scored,
        refusals=_refusals(work),
    )


def _scored(work: Work, i: int, last: int, earlier: Sequence[int]) -> dict[str, Scores]:
    found = {}
    season, scale = work.series[i].season_length, work.scale(i, last)
    floor = 0.0 if min(work.series[i].y) >= 0 else None
    for name in work.plan.names:
        fit = work.fits.get((name, i, last))
        if fit is not None and not fit.refused:
            low, high = widths(work, name, earlier, season).around(fit.forecast, scale, floor)
            found[name] = score(work.actual(i, last), fit.forecast, low, high, scale)
    return found


def _report(
    work: Work,
    name: str,
    tested: Sequence[int],
    scored: Mapping[str, Mapping[str, Scores]],
    earlier: Sequence[int],
) -> Report | None:
    own = [scored[work.series[i].unique_id][name] for i in tested if name in scored[work.series[i].unique_id]]
    if not own:
        return None
    spent = sum(fit.seconds for (method, _i, _window), fit in work.fits.items() if method == name)
    before = _pooled_error(work, name, earlier)
    return Report(name, mean_of(own), before, len(own), len(tested) - len(own), spent)


def _refusals(work: Work) -> tuple[Note, ...]:
    """One line a method and reason, with how often and the first series."""
    groups: dict[tuple[str, str], list[tuple[int, Refusal]]] = {}
    for (name, i, _window), fit in work.fits.items():
        if fit.refused:
            groups.setdefault((name, fit.forecast.template), []).append((i, fit.forecast))
    return tuple(
        Note(found[0][1].template, {**found[0][1].values, "series": work.series[found[0][0]].unique_id,
                                    "count": len({i for i, _refusal in found})})
        for found in groups.values()
    )  # fmt: skip
