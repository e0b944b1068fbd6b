"""Forecast series: methods tested on past windows, the best one continued, with or without a scenario."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.inference.files import write_whole
from engine.market.issue import BUDGET_SECONDS, LONGEST, MOST_WINDOWS, WINDOWS, outlook, plan_of
from engine.market.scenarios import changed, extended, known_ahead
from engine.market.series_clean import TimeSeries
from engine.market.stored import outlook_document, series_from
from engine.spec.config import setting
from engine.spec.routine import Routine, RoutineContext
from engine.training.stop import obey_stop

SERIES_FILE, OUTLOOK_FILE = "series.json", "outlook.json"
WITH_COVARIATES = ("auto_arima", "boosted_lags")


@dataclass(frozen=True)
class Config:
    """What is forecast, and how."""

    horizon: int = setting(12, N_("Steps ahead"), minimum=1, maximum=LONGEST)
    windows: int = setting(
        WINDOWS,
        N_("Past windows"),
        N_("Methods are chosen on all but the last, and reported on the last."),
        minimum=2,
        maximum=MOST_WINDOWS,
    )
    methods: str = setting(
        "", N_("Methods"), N_("Names with commas between; all that are here and quick when empty. One name forces it.")
    )
    budget_seconds: float = setting(
        BUDGET_SECONDS, N_("Seconds a method"), N_("In each process."), minimum=1.0, maximum=86_400.0, unit="s"
    )
    scenario: str = setting("", N_("Scenario"), N_("Its name; empty for the expected course alone."))
    column: str = setting("", N_("What changes"), N_("A column beside the values, such as price or marketing spend."))
    change: float = setting(0.0, N_("By how much"), N_("0.1 is a tenth more."), minimum=-1.0, maximum=100.0)


def run(context: RoutineContext) -> None:
    """Read `series.json` and write `outlook.json`: forecasts with their back-tests, and those of the scenario."""
    config = context.config
    stored = json.loads((context.inputs / SERIES_FILE).read_text(encoding="utf-8"))
    series = [series_from(one) for one in stored]

    def told(share: float) -> None:
        obey_stop(context.recorder)
        context.recorder.progress(share, N_("Testing methods on {count} series"), count=len(series))

    told(0.0)
    if config.scenario:
        series = [extended(one, config.horizon) for one in series]
        documents = [_outlook(config, series, context, told)]
        other = [changed(one, {config.column: config.change}) for one in series]
        documents.append(_outlook(config, other, context, told))
    else:
        documents = [_outlook(config, [known_ahead(one, config.horizon) for one in series], context, told)]
    write_whole(context.output / OUTLOOK_FILE, json.dumps(documents, ensure_ascii=False).encode())
    context.recorder.note(N_("{count} series were forecast."), count=len(series))


def _outlook(
    config: Config, series: Sequence[TimeSeries], context: RoutineContext, told: Callable[[float], None]
) -> dict[str, Any]:
    names = [name.strip() for name in config.methods.split(",") if name.strip()]
    if config.scenario and not names:
        names = list(WITH_COVARIATES)
    plan = plan_of(
        config.horizon, config.windows, names, budget_seconds=config.budget_seconds, jobs=context.job.threads
    )
    return outlook_document(outlook(series, plan, names[0] if len(names) == 1 else None, told))


ROUTINE = Routine(
    name="forecast",
    title=N_("Forecast series"),
    summary=N_("Tests methods on past windows and lets the best one continue each series, within a 90 % interval."),
    config=Config,
    run=run,
    page="forecasts",
)
