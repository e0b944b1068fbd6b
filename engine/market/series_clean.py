"""Makes one regular series of the points that were brought, and says what was done to them.

Nothing is changed in silence: points are put in order, equal duplicates dropped, different ones averaged, gaps filled
along a straight line, each with its moment. What looks like an outlier is named and kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from engine.errors import N_, DataError
from engine.market.calendar import NAMES, Grid, following, infer, kind_of

FEWEST = 3
"""Points that a series must have to be kept."""
MOST_AVERAGED = 0.1
"""Share of moments that may come twice with different values; with more, two series share a name."""
OUTLIER = 6.0
"""Robust standard deviations from the middle of the neighbours."""
NEIGHBOURS = 7
NAMED = 5
"""Moments that a note lists."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row of the file."""

    row: int
    moment: datetime
    y: float | None
    covariates: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """What was done, in a template and its values."""

    template: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """One regular series without gaps."""

    unique_id: str
    freq: str
    season_length: int
    ds: tuple[str, ...]
    y: tuple[float, ...]
    past: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Covariates: one number a point, and further ones for moments that are known ahead."""
    unit: str = ""
    notes: tuple[Note, ...] = ()


def regular(unique_id: str, points: Sequence[Point], unit: str = "") -> TimeSeries:
    """The series. Raises DataError naming the series, the row and the value for what no series can be made of."""
    notes: list[Note] = []
    ordered = _in_order(points, notes)
    single = _once(unique_id, ordered, notes)
    seen = [point for point in single if point.y is not None]
    _check_enough(unique_id, seen)
    grid = _grid(unique_id, single)
    ahead = [point for point in single if point.moment > seen[-1].moment]
    y, moments = _on_grid([(p.moment, p.y) for p in seen], grid)
    _tell_gaps(y, moments, notes)
    filled = _filled(y)
    _tell_outliers(filled, y, moments, grid.season_length, notes)
    past = _covariates(unique_id, [p for p in single if p.moment >= seen[0].moment], len(y) + len(ahead), grid, notes)
    return TimeSeries(
        unique_id, grid.freq, grid.season_length, tuple(moments), tuple(filled.tolist()), past, unit, tuple(notes)
    )


def _in_order(points: Sequence[Point], notes: list[Note]) -> list[Point]:
    ordered = sorted(points, key=lambda point: point.moment)
    late = sum(a.moment > b.moment for a, b in pairwise(points))
    if late:
        notes.append(Note(N_("Rows were not in order of time in {count} places; they were sorted."), {"count": late}))
    return ordered


def _once(unique_id: str, ordered: Sequence[Point], notes: list[Note]) -> list[Point]:
    groups: dict[datetime, list[Point]] = {}
    for point in ordered:
        groups.setdefault(point.moment, []).append(point)
    equal, averaged = 0, []
    for moment, group in groups.items():
        values = {point.y for point in group if point.y is not None}
        if len(values) > 1:
            averaged.append((moment, group))
        equal += len(group) - 1 if len(values) <= 1 else 0
    if len(averaged) > max(1, MOST_AVERAGED * len(groups)):
        raise _two_series(unique_id, *averaged[0], len(averaged))
    if equal:
        notes.append(Note(N_("{count} rows that came twice were dropped."), {"count": equal}))
    if averaged:
        rows = ", ".join(str(point.row) for _moment, group in averaged for point in group[:2])
        notes.append(
            Note(N_("{count} moments came twice with different values; their mean was taken (rows {rows})."),
                 {"count": len(averaged), "rows": rows})
        )  # fmt: skip
    return [_merged(group) for group in groups.values()]


def _merged(group: Sequence[Point]) -> Point:
    values = [point.y for point in group if point.y is not None]
    mean = float(np.mean(values)) if values else None
    first = group[0]
    known = {name: next((p.covariates[name] for p in group if p.covariates[name] is not None), None)
             for name in first.covariates}  # fmt: skip
    return Point(first.row, first.moment, mean, known)


def _two_series(unique_id: str, moment: datetime, group: Sequence[Point], count: int) -> DataError:
    return DataError(
        N_("Two series seem to be called “{name}”: rows {first} and {second} give {one} and {other} for {moment}, "
           "and so for {count} moments."),
        name=unique_id,
        first=group[0].row,
        second=group[1].row,
        one=group[0].y,
        other=next(p.y for p in group if p.y is not None and p.y != group[0].y),
        moment=moment.date().isoformat(),
        count=count,
        remedy=N_("Give each series its own name, or name the further column that tells them apart."),
    )  # fmt: skip


def _check_enough(unique_id: str, seen: Sequence[Point]) -> None:
    if len(seen) < FEWEST:
        raise DataError(
            N_("“{name}”: points with a value: {count}. A forecast needs at least {fewest}."),
            name=unique_id,
            count=len(seen),
            fewest=FEWEST,
            row=seen[0].row if seen else "",
        )
    if all(point.y == 0 for point in seen):
        raise DataError(
            N_("“{name}” is zero in all its {count} rows, from row {row} on: there is nothing to forecast."),
            name=unique_id,
            count=len(seen),
            row=seen[0].row,
            remedy=N_("Was the right column taken for the values?"),
        )


def _grid(unique_id: str, points: Sequence[Point]) -> Grid:
    moments = [point.moment for point in points]
    grid = infer(moments)
    if grid is not None:
        return grid
    days = np.array([(b - a).total_seconds() / 86400 for a, b in pairwise(moments)])
    usual = float(np.median(days))
    odd = int(np.argmax(np.abs(np.log(days / usual))))
    raise DataError(
        N_("“{name}” has no one frequency: mostly {usual:g} days lie between its rows, but {odd:g} days between "
           "{before} and {after} (row {row})."),
        name=unique_id,
        usual=usual,
        odd=float(days[odd]),
        before=moments[odd].date().isoformat(),
        after=moments[odd + 1].date().isoformat(),
        row=points[odd + 1].row,
        remedy=N_("Bring yearly, quarterly, monthly, weekly, daily or hourly points, one frequency a series."),
    )  # fmt: skip


def _on_grid(points: Sequence[tuple[datetime, float | None]], grid: Grid) -> tuple[Any, list[str]]:
    places = [grid.place(moment) for moment, _y in points]
    y = np.full(places[-1] - places[0] + 1, np.nan)
    for place, (_moment, value) in zip(places, points, strict=True):
        y[place - places[0]] = np.nan if value is None else value
    return y, [grid.moment(place) for place in range(places[0], places[-1] + 1)]


def _filled(y: Any) -> Any:
    gaps, places = np.isnan(y), np.arange(len(y))
    return np.where(gaps, np.interp(places, places[~gaps], y[~gaps]), y)


def _tell_gaps(y: Any, moments: Sequence[str], notes: list[Note]) -> None:
    missing = [moments[int(i)] for i in np.flatnonzero(np.isnan(y))]
    if missing:
        notes.append(Note(N_("{count} missing points were filled along a straight line: {moments}."),
                          {"count": len(missing), "moments": _some(missing)}))  # fmt: skip


def _tell_outliers(y: Any, given: Any, moments: Sequence[str], season: int, notes: list[Note]) -> None:
    found = [int(i) for i in outliers(y, season) if not np.isnan(given[i])]
    if found:
        listed = _some([f"{moments[i]} ({given[i]:g})" for i in found])
        notes.append(Note(N_("{count} points lie far from their neighbours and were kept: {moments}."),
                          {"count": len(found), "moments": listed}))  # fmt: skip


def outliers(y: Any, season: int) -> list[int]:
    """Points more than six robust standard deviations from the median of the points around them.

    Of a seasonal series, around them in the same season. The deviation is 1.4826 times the median absolute one.
    """
    step = season if len(y) >= 3 * season else 1
    half = NEIGHBOURS // 2
    around = [step * k for k in range(-half, half + 1) if k]
    wide = np.pad(np.asarray(y, dtype=float), half * step, constant_values=np.nan)
    neighbours = np.stack([wide[half * step + d : half * step + d + len(y)] for d in around])
    apart = y - np.nanmedian(neighbours, axis=0)
    apart = np.abs(apart - np.median(apart))
    spread = 1.4826 * float(np.median(apart)) or float(apart.mean())  # the mean where most do not differ at all
    return np.flatnonzero(apart > OUTLIER * spread).tolist()


def _covariates(
    unique_id: str, points: Sequence[Point], length: int, grid: Grid, notes: list[Note]
) -> dict[str, tuple[float, ...]]:
    found = {}
    for name in points[0].covariates:
        values = [(p.moment, p.covariates[name]) for p in points]
        y, moments = _on_grid(values, grid)
        gaps = [moments[i] for i in np.flatnonzero(np.isnan(y))]
        if len(gaps) > MOST_AVERAGED * len(y):
            row = next(p.row for p in points if p.covariates[name] is None)
            notes.append(
                Note(N_("The column “{column}” was left out: {count} of its cells are empty, first in row {row}."),
                     {"column": name, "count": len(gaps), "row": row})
            )  # fmt: skip
            continue
        if gaps:
            notes.append(Note(N_("{count} empty cells of “{column}” were filled along a straight line: {moments}."),
                              {"count": len(gaps), "column": name, "moments": _some(gaps)}))  # fmt: skip
        found[name] = tuple(_filled(y).tolist())
    return found


def _some(texts: Sequence[str]) -> str:
    listed = ", ".join(texts[:NAMED])
    return listed if len(texts) <= NAMED else f"{listed}, …"


def frequency_note(freq: str, season_length: int) -> Note:
    """How the distance of the points was understood."""
    return Note(N_("Points are {frequency}; the season has {length} of them."),
                {"frequency": NAMES[kind_of(freq)], "length": season_length})  # fmt: skip


def is_another(known: TimeSeries, brought: TimeSeries) -> bool:
    """Whether points of a name are another series: of no moment in common, and not what follows the known ones."""
    if kind_of(known.freq) != kind_of(brought.freq):
        return True
    return not set(known.ds) & set(brought.ds) and following(known.freq, known.ds, 1)[0] != brought.ds[0]


def with_earlier(brought: TimeSeries, known: TimeSeries) -> TimeSeries:
    """The series with the known points before its first one, so that a file of new points alone loses none."""
    count = sum(moment < brought.ds[0] for moment in known.ds)
    if not count:
        return brought
    both = {name: (*known.past[name][:count], *values) for name, values in brought.past.items() if name in known.past}
    note = Note(N_("{count} earlier points that the file does not hold were kept."), {"count": count})
    return replace(
        brought,
        ds=(*known.ds[:count], *brought.ds),
        y=(*known.y[:count], *brought.y),
        past=both,
        notes=(*brought.notes, note),
    )
