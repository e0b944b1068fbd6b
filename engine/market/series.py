"""Reads any table of time series: one row a point or one column a series, with or without covariates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.data.read import read_table
from engine.data.table import Table
from engine.errors import N_, DataError, ProspectusError
from engine.market.series_cells import read_dates, read_numbers
from engine.market.series_clean import Note, Point, TimeSeries, frequency_note, regular
from engine.market.series_dates import joined
from engine.market.series_shape import PARTS_JOIN, Shape, propose

MOST_SERIES = 10_000
SHOWN = 5
"""Series of a file whose notes are shown."""
UNIT_IN_HEADER = re.compile(r"[(\[（]([^)\]）]{1,40})[)\]）]\s*$")


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the series, those that could not be made, and how the file was understood."""

    series: tuple[TimeSeries, ...]
    refused: Mapping[str, ProspectusError]
    """By name: why."""
    shape: Shape
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said of a file before its series are kept; without their points."""

    names: tuple[str, ...]
    noted: Mapping[str, tuple[Note, ...]]
    """What was done to the first `SHOWN` of them."""
    refused: Mapping[str, ProspectusError]
    wide: bool
    values: tuple[str, ...]
    """Columns of numbers."""
    notes: tuple[Note, ...]


def seen(found: Imported) -> Seen:
    """A file's series as they are shown."""
    noted = {one.unique_id: one.notes for one in found.series[:SHOWN]}
    names = tuple(one.unique_id for one in found.series)
    return Seen(names, noted, found.refused, found.shape.wide, found.shape.values, found.notes)


def read_series(
    path: Path,
    *,
    ds: str | None = None,
    y: str | None = None,
    ids: Sequence[str] = (),
    covariates: Sequence[str] = (),
    part: str | None = None,
) -> Imported:
    """Read a file whole. A series that breaks a rule is refused by name, and the others are kept.

    Raises DataError, naming row, column and value, when no series is left or the table itself is wrong.
    """
    table = joined(read_table(Path(path), part=part))
    shape = propose(table, ds=ds, y=y, ids=ids, covariates=covariates)
    dates = read_dates(table.column(shape.ds), table.lines, shape.ds)
    notes = _how(shape, dates.form, dates.ambiguous)
    found: list[TimeSeries] = []
    refused: dict[str, ProspectusError] = {}
    for name, (points, unit) in _groups(table, shape, dates.moments, path.stem).items():
        try:
            found.append(regular(name, points, unit))
        except DataError as error:
            refused[name] = error
    if not found:
        raise next(iter(refused.values()))
    first = found[0]
    return Imported(tuple(found), refused, shape, (*notes, frequency_note(first.freq, first.season_length)))


def _groups(
    table: Table, shape: Shape, moments: Sequence[object], file_name: str
) -> dict[str, tuple[list[Point], str]]:
    """Points and unit of each series, in the order in which they first come."""
    if shape.wide:
        return {name: _one_column(table, name, moments) for name in shape.values}
    value = shape.values[0]
    numbers = read_numbers(table.column(value), table.lines, value)
    unit = numbers.unit or unit_in(value)
    known = {name: read_numbers(table.column(name), table.lines, name).values for name in shape.covariates}
    alone = file_name if value.lower() in ("y", "value") else value
    groups: dict[str, list[Point]] = {}
    for i, moment in enumerate(moments):
        name = PARTS_JOIN.join(table.columns[column][i].strip() for column in shape.ids) or alone
        point = Point(table.lines[i], _given(moment, table.lines[i], shape.ds), numbers.values[i],
                      {column: values[i] for column, values in known.items()})  # fmt: skip
        groups.setdefault(name, []).append(point)
    if len(groups) > MOST_SERIES:
        raise DataError(
            N_("The file holds {count} series; at most {limit} are read at once."), count=len(groups), limit=MOST_SERIES
        )
    return {name: (points, unit) for name, points in groups.items()}


def _one_column(table: Table, name: str, moments: Sequence[object]) -> tuple[list[Point], str]:
    numbers = read_numbers(table.column(name), table.lines, name)
    points = [
        Point(line, _given(moment, line, ""), value)
        for moment, line, value in zip(moments, table.lines, numbers.values, strict=True)
    ]
    first = next((i for i, point in enumerate(points) if point.y is not None), 0)
    return points[first:], numbers.unit or unit_in(name)


def _given(moment: object, row: int, column: str) -> datetime:
    if moment is None:
        raise DataError(N_("Row {row} has no date in column “{column}”."), row=row, column=column)
    assert isinstance(moment, datetime)
    return moment


def unit_in(header: str) -> str:
    """The unit that a header names in brackets: `Sales (thousand USD)`."""
    found = UNIT_IN_HEADER.search(header)
    return found[1].strip() if found else ""


def _how(shape: Shape, form: str, ambiguous: bool) -> list[Note]:
    notes = []
    if shape.wide:
        notes.append(Note(N_("Each of the columns {columns} is a series."), {"columns": ", ".join(shape.values[:10])}))
    elif shape.ids:
        notes.append(Note(N_("Series are named by {columns}."), {"columns": ", ".join(shape.ids)}))
    if shape.covariates:
        notes.append(Note(N_("Taken as known beside the values: {columns}."), {"columns": ", ".join(shape.covariates)}))
    if ambiguous:
        notes.append(
            Note(N_("Dates were read as {form}; day and month could be meant the other way round."), {"form": form})
        )
    return notes
