"""Forecasts of series: back-tested, chosen, continued, with an interval and the reason for each."""

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_, ConfigError, InputError, ProspectusError
from engine.market import methods
from engine.market.backtest import Backtest, Work, backtest, combined, widths
from engine.market.calendar import following
from engine.market.naive import naive_scale, seasonal_naive
from engine.market.rolling import FULL, Fits, Plan, fits
from engine.market.series_clean import Note, TimeSeries
from engine.spec import build_config

LONGEST = 1_000
MOST_WINDOWS = 24
WINDOWS = 3
BUDGET_SECONDS = 30.0
WIDER = 1.5
"""How much wider the interval of a series without a back-test is than that of the competitions' series."""


@dataclass(frozen=True, slots=True)
class Issued:
    """The forecast of one series."""

    unique_id: str
    method: str
    ds: tuple[str, ...]
    y_hat: tuple[float, ...]
    lo_90: tuple[float, ...]
    hi_90: tuple[float, ...]
    naive: tuple[float, ...]
    note: Note | None
    seconds: float

    def rows(self) -> list[dict[str, Any]]:
        """One row a step."""
        return [
            {"unique_id": self.unique_id, "ds": ds, "y_hat": y, "lo_90": lo, "hi_90": hi, "method": self.method}
            for ds, y, lo, hi in zip(self.ds, self.y_hat, self.lo_90, self.hi_90, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Forecasts with the back-test they rest on."""

    issued: tuple[Issued, ...]
    backtest: Backtest
    options: Mapping[str, Any]
    """What was run: methods with their settings, windows, budget."""


def plan_of(
    horizon: Any,
    windows: Any = WINDOWS,
    names: Sequence[str] = (),
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    budget_seconds: float = BUDGET_SECONDS,
    jobs: int | None = None,
) -> Plan:
    """A checked plan. Raises InputError, UnknownName, MissingPart, or ConfigError with every fault at once."""
    _check_whole(N_("The horizon"), horizon, 1, LONGEST)
    _check_whole(N_("The number of windows"), windows, 2, MOST_WINDOWS)
    chosen = methods.with_members(list(names) or methods.usual())
    given: Mapping[str, Mapping[str, Any]] = settings or {}
    faults: list[ProspectusError] = []
    for name in given:
        methods.forecaster(name)
    configs: dict[str, Any] = {}
    for name in chosen:
        try:
            configs[name] = build_config(methods.forecaster(name).config, given.get(name, {}))
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(tuple(faults))
    threads = jobs if jobs is not None else int(os.environ.get("PROSPECTUS_THREADS", "1") or 1)
    return Plan(int(horizon), int(windows), tuple(chosen), configs, float(budget_seconds), max(1, threads))


def _check_whole(label: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(
            N_("{label} must be a whole number from {least} to {most}, not {value}."),
            label=label,
            least=least,
            most=most,
            value=value,
        )


def outlook(
    series: Sequence[TimeSeries],
    plan: Plan,
    only: str | None = None,
    told: Callable[[float], None] = lambda share: None,
    known: Fits | None = None,
) -> Outlook:
    """Back-test and forecast; `only` forces a method for every series, which is back-tested all the same.

    known: fits that were made before, instead of making them.
    """
    work = combined(series, plan, known if known is not None else fits(series, plan, told))
    found = backtest(work)
    if only is not None:
        found = dataclasses.replace(found, chosen=only, chosen_of={one.unique_id: only for one in series})
    issued = [_issue(work, i, found.chosen_of[one.unique_id]) for i, one in enumerate(series)]
    return Outlook(tuple(issued), found, options(plan))


def options(plan: Plan) -> dict[str, Any]:
    """What a result names of its own making."""
    return {
        "windows": plan.windows,
        "budget_seconds_per_method": plan.budget_seconds,
        "processes": plan.jobs,
        "settings": {name: dataclasses.asdict(plan.configs[name]) for name in plan.names},
    }


def _issue(work: Work, i: int, name: str) -> Issued:
    one, horizon = work.series[i], work.plan.horizon
    fit, note = work.fits[name, i, FULL], None
    if fit.refused:
        note = Note(fit.forecast.template, fit.forecast.values)
        name, fit = methods.BASELINE, work.fits[methods.BASELINE, i, FULL]
    width = widths(work, name, range(work.plan.windows), one.season_length)
    if not work.windows[i]:
        note = note or Note(
            N_("“{name}” has {points} points, too few to test {horizon} steps ahead: naive, with a wide interval."),
            {"name": one.unique_id, "points": len(one.y), "horizon": horizon},
        )
        width = dataclasses.replace(width, steps=width.steps * WIDER)
    scale = naive_scale(one.y, one.season_length)
    low, high = width.around(fit.forecast, scale, 0.0 if min(one.y) >= 0 else None)
    naive = seasonal_naive(one.y, horizon, one.season_length)
    numbers = [tuple(float(x) for x in part) for part in (fit.forecast, low, high, naive)]
    ds = tuple(following(one.freq, one.ds, horizon))
    return Issued(one.unique_id, name, ds, numbers[0], numbers[1], numbers[2], numbers[3], note, fit.seconds)
