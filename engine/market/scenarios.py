"""What if: a covariate takes another path than expected, such as a price that rises by a tenth."""

import dataclasses
from collections.abc import Mapping

from engine.errors import N_, InputError
from engine.market.series_clean import Note, TimeSeries


def known_ahead(series: TimeSeries, horizon: int) -> TimeSeries:
    """The series with those covariates only that are known over the whole horizon, and a note of the others."""
    kept = {name: values for name, values in series.past.items() if len(values) >= len(series.y) + horizon}
    dropped = [name for name in series.past if name not in kept]
    if not dropped:
        return series
    note = Note(
        N_("Not used: {columns}, which are not known for the next {horizon} steps."),
        {"columns": ", ".join(dropped), "horizon": horizon},
    )
    return dataclasses.replace(series, past=kept, notes=(*series.notes, note))


def extended(series: TimeSeries, horizon: int) -> TimeSeries:
    """Covariates that end early go on as they were one season before, else as they were last."""
    return dataclasses.replace(
        series, past={name: _longer(values, len(series.y) + horizon, series) for name, values in series.past.items()}
    )


def _longer(values: tuple[float, ...], length: int, series: TimeSeries) -> tuple[float, ...]:
    season = series.season_length if len(values) >= series.season_length else 1
    longer = list(values)
    while len(longer) < length:
        longer.append(longer[-season])
    return tuple(longer)


def changed(series: TimeSeries, changes: Mapping[str, float]) -> TimeSeries:
    """From the first step ahead on, each named covariate times (1 + change).

    Raises InputError for a covariate that the series does not have.
    """
    points = len(series.y)
    past = dict(series.past)
    for name, change in changes.items():
        if name not in past:
            raise InputError(
                N_("“{series}” has no column “{name}” beside its values. Known: {known}."),
                series=series.unique_id,
                name=name,
                known=", ".join(past) or "–",
            )
        past[name] = (*past[name][:points], *(value * (1 + change) for value in past[name][points:]))
    return dataclasses.replace(series, past=past)
