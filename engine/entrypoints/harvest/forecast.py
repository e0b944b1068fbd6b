"""Forecasts become rows, each for the version of the series that it was made of."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db.forecasts import issue
from db.models import Run
from db.series import get_series
from engine.entrypoints.actions.growth import growth_figures
from engine.entrypoints.harvest import Harvest
from engine.entrypoints.home import run_folder
from engine.perform import INPUTS
from engine.routines.forecast import OUTLOOK_FILE, SERIES_FILE


def take(session: Session, run: Run, output: Path) -> None:
    """Issue every forecast; a scenario's beside its base. Growth is reckoned anew from the base."""
    stored = json.loads((run_folder(run.id) / INPUTS / SERIES_FILE).read_text(encoding="utf-8"))
    documents = json.loads((output / OUTLOOK_FILE).read_text(encoding="utf-8"))
    bases: dict[int, int] = {}
    for number, document in enumerate(documents):
        for one, issued in zip(stored, document["issued"], strict=True):
            scenario = run.config["scenario"] if number else ""
            row = issue(
                session,
                series_id=one["series_id"],
                version_id=one["version_id"],
                run_id=run.id,
                horizon=len(issued["ds"]),
                config=document["options"],
                scenario=scenario,
                base_id=bases.get(one["series_id"]),
                author=one.get("author", ""),
                **_columns(issued),
            )
            if not scenario:
                bases[one["series_id"]] = row.id
    for series_id in bases:
        growth_figures(session, get_series(session, series_id).market_id)


def _columns(issued: dict[str, Any]) -> dict[str, Any]:
    names = ("method", "ds", "y_hat", "lo_90", "hi_90", "naive", "backtest", "note", "seconds")
    return {name: issued[name] for name in names}


HARVEST = Harvest("forecast", take)
