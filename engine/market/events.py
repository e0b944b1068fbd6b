"""Reads a table of what users did, one event a row: who, when and, where there is one, what kind of thing.

The readers of `engine.data` bound the file; here its three columns become numbers. What cannot be read is said with
its line, never dropped in silence; events without a user are left out and counted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.read import read_table
from engine.data.table import Table, spread_sample
from engine.errors import N_, DataError

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
MOST_KINDS = 200
ONLY_KIND = "event"
"""The kind of every event of a file that names none."""
PROBED = 400
NAMES: Mapping[str, tuple[str, ...]] = {
    "user": ("user", "user_id", "userid", "customer", "customer_id", "account", "client", "visitor", "member", "uid"),
    "time": ("time", "timestamp", "date", "datetime", "at", "event_time", "created_at", "ts", "day", "when"),
    "kind": ("kind", "event", "event_type", "event_name", "type", "action", "activity", "name"),
}
FORMATS = ("%Y%m%d", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y", "%d.%m.%Y %H:%M:%S")
EITHER = (("%d/%m/%Y", "%m/%d/%Y"), ("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"), ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"))
"""Day first or month first; a file that fits both is ambiguous and refused."""
EPOCHS = ((1, 9, 10), (1_000, 12, 13))
"""Ticks of a second, and the digits that a time of our days has in them."""


@dataclass(frozen=True, slots=True)
class Events:
    """Events of known users, in the order of the file."""

    users: "np.ndarray[Any, np.dtype[np.int64]]"
    """Place of each event's user among all, from 0."""
    seconds: "np.ndarray[Any, np.dtype[np.float64]]"
    """Since 1970, UTC."""
    kinds: "np.ndarray[Any, np.dtype[np.int64]]"
    kind_names: tuple[str, ...]
    user_count: int
    rows: int
    """Rows of the file."""
    without_user: int
    """Rows that were left out because they name no user."""


def propose_event_columns(columns: Sequence[str]) -> dict[str, str | None]:
    """The columns that are probably user, time and kind, by their names; None where none looks like it."""
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in columns}
    return {role: next((plain[name] for name in names if name in plain), None) for role, names in NAMES.items()}


def read_events(path: Path, user: str, time: str, kind: str | None = None, *, part: str | None = None) -> Events:
    """Read a file of events. Raises DataError naming the column, the line and the cell that break a rule."""
    named = [name for name in (user, time, kind) if name]
    if len(set(named)) < len(named):
        raise DataError(
            N_("User, time and kind are three columns; “{name}” was named twice."),
            name=max(named, key=named.count),
        )
    table = read_table(path, part=part)
    known = _known_users(table, user, path.name)
    users, names = _encoded(_kept(table, user, known))
    lines = np.asarray(table.lines)[known]
    times = _kept(table, time, known)
    seconds = _seconds(times, time, lines, path.name)
    kinds, kind_names = _kinds(table, kind, known)
    return Events(users, seconds, kinds, kind_names, len(names), table.rows, int(table.rows - known.sum()))


def _kept(table: Table, column: str, known: Any) -> list[str]:
    cells = table.column(column)
    return cells if known.all() else [cell for cell, here in zip(cells, known, strict=True) if here]


def _known_users(table: Table, user: str, file_name: str) -> Any:
    known = np.fromiter((bool(cell.strip()) for cell in table.column(user)), bool, table.rows)
    if not known.any():
        raise DataError(
            N_("{file}: the column “{column}” is empty in every row; an event needs a user."),
            file=file_name,
            column=user,
        )
    return known


def _encoded(cells: Sequence[str]) -> tuple[Any, list[str]]:
    import pyarrow as pa

    encoded = pa.array(cells, pa.string()).dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _kinds(table: Table, kind: str | None, known: Any) -> tuple[Any, tuple[str, ...]]:
    if kind is None:
        return np.zeros(int(known.sum()), np.int64), (ONLY_KIND,)
    places, names = _encoded([cell.strip() or "–" for cell in _kept(table, kind, known)])
    if len(names) > MOST_KINDS:
        raise DataError(
            N_("The column “{column}” names {count} kinds of events; at most {limit} can be told apart."),
            column=kind,
            count=len(names),
            limit=MOST_KINDS,
            remedy=N_("Name another column, or none: then all events count alike."),
        )
    return places, tuple(names)


def _seconds(cells: Sequence[str], column: str, lines: Any, file_name: str) -> Any:
    found = _reader(cells, column)(cells)
    bad = np.flatnonzero(~np.isfinite(found))
    if bad.size:
        raise DataError(
            N_("{file}, line {line}: “{value}” in “{column}” is no time. Cells like it: {count}."),
            file=file_name,
            line=int(lines[bad[0]]),
            value=cells[bad[0]][:60],
            column=column,
            count=int(bad.size),
            remedy=N_("Write times as 2026-03-01 or 2026-03-01T12:30:00, all in one way."),
        )
    latest = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    odd = np.flatnonzero((found < EARLIEST.timestamp()) | (found > latest))
    if odd.size:
        raise DataError(
            N_("{file}, line {line}: {value} lies outside 1970 to today. Cells like it: {count}."),
            file=file_name,
            line=int(lines[odd[0]]),
            value=cells[odd[0]][:60],
            count=int(odd.size),
        )
    return found


def _reader(cells: Sequence[str], column: str) -> Callable[[Sequence[str]], Any]:
    """The way of writing times that fits a sample of the cells best."""
    sample = [cell for cell in spread_sample(cells, PROBED) if cell.strip()] or ["–"]
    fits: list[tuple[float, Callable[[Sequence[str]], Any]]] = []
    for read in (_iso, *(_strptime(form) for form in FORMATS), *(_epoch(*one) for one in EPOCHS)):
        fits.append((float(np.isfinite(read(sample)).mean()), read))
    for day_first, month_first in EITHER:
        days, months = (_strptime(form) for form in (day_first, month_first))
        if not any(np.isfinite(read(sample)).any() for read in (days, months)):
            continue
        one, other = (float(np.isfinite(read(cells)).mean()) for read in (days, months))
        if one == other == 1:
            raise DataError(
                N_("“{value}” in “{column}” may be day or month first: nothing in the file says which."),
                value=sample[0][:60],
                column=column,
                remedy=N_("Write times as 2026-03-01 or 2026-03-01T12:30:00, all in one way."),
            )
        fits.append((one, days) if one > other else (other, months))
    return max(fits, key=lambda fit: fit[0])[1]


def _iso(cells: Sequence[str]) -> Any:
    """ISO 8601 with or without a zone; without one UTC. Arrow reads a whole column at once, Python one that mixes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            return trimmed.cast(kind).cast(pa.int64()).to_numpy() / 1e6
        except pa.ArrowInvalid:
            continue
    return np.fromiter((_iso_cell(cell.strip()) for cell in cells), float, len(cells))


def _iso_cell(cell: str) -> float:
    if cell.isdecimal():  # 20260301 is read elsewhere
        return np.nan
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return np.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _strptime(form: str) -> Callable[[Sequence[str]], Any]:
    def read(cells: Sequence[str]) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        trimmed = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
        parsed = pc.strptime(trimmed, format=form, unit="s", error_is_null=True).cast(pa.int64())
        return parsed.cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)

    return read


def _epoch(ticks: int, least: int, most: int) -> Callable[[Sequence[str]], Any]:
    def read(cells: Sequence[str]) -> Any:
        return np.fromiter((_ticks(cell.strip(), ticks, least, most) for cell in cells), float, len(cells))

    return read


def _ticks(cell: str, ticks: int, least: int, most: int) -> float:
    whole = cell.split(".", maxsplit=1)[0]
    return float(cell) / ticks if whole.isdecimal() and least <= len(whole) <= most else np.nan
