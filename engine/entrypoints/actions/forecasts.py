"""Forecasts of a file's series, without storing anything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import ProspectusError
from engine.market.issue import WINDOWS, Outlook, outlook, plan_of
from engine.market.series import read_series


def forecast_file(
    path: Path, horizon: int, names: Sequence[str] = (), windows: int = WINDOWS, budget_seconds: float = 30.0
) -> tuple[Outlook, Mapping[str, ProspectusError]]:
    """Forecasts of the series in a file, and why others could not be made.

    One name forces that method; several are those to choose among; none means every quick method that is installed.
    Raises DataError, InputError, UnknownName or MissingPart.
    """
    plan = plan_of(horizon, windows, names, budget_seconds=budget_seconds)
    found = read_series(path)
    return outlook(found.series, plan, names[0] if len(names) == 1 else None), found.refused


def backtest_document(found: Outlook, refused: Mapping[str, ProspectusError]) -> dict[str, Any]:
    """The back-test in JSON form."""
    test = found.backtest
    return {
        "horizon": test.horizon,
        "windows": test.windows,
        "methods": {
            report.method: {
                **report.scores.as_dict(),
                "earlier_relative_error": report.earlier,
                "series": report.series,
                "refused": report.refused,
                "seconds": round(report.seconds, 3),
            }
            for report in test.reports
        },
        "chosen": test.chosen,
        "chosen_of": dict(test.chosen_of),
        "too_short": list(test.too_short),
        "refused": {name: error.as_dict() for name, error in refused.items()},
        "notes": [*map(str, test.refusals), *(str(issued.note) for issued in found.issued if issued.note)],
        "options": dict(found.options),
    }
