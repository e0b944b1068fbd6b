"""Which column of a table says what: names of series, moments, values and covariates."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.table import Table, spread_sample
from engine.errors import N_, DataError
from engine.market.series_cells import looks_like_dates, looks_like_numbers, read_numbers

SAMPLE = 200
DATE_NAMES = (
    "ds",
    "date",
    "datetime",
    "timestamp",
    "time",
    "month",
    "period",
    "week",
    "day",
    "year",
    "日期",
    "时间",
    "月份",
)
VALUE_NAMES = ("y", "value", "values", "target", "值", "数值", "数量", "销量")
ID_NAMES = ("unique_id", "series", "series_id", "id", "name", "item", "序列", "名称")
PARTS_JOIN = " / "


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns by what they say."""

    ds: str
    ids: tuple[str, ...]
    """Columns whose cells together name a series; none for a table of one series or of one column a series."""
    values: tuple[str, ...]
    """One column, or several of which each is a series."""
    covariates: tuple[str, ...] = ()

    @property
    def wide(self) -> bool:
        """One column a series."""
        return len(self.values) > 1


def propose(
    table: Table,
    *,
    ds: str | None = None,
    y: str | None = None,
    ids: Sequence[str] = (),
    covariates: Sequence[str] = (),
) -> Shape:
    """What each column is, where it was not said. Raises DataError when there are no moments or no numbers."""
    for name in (ds, y, *ids, *covariates):
        if name is not None:
            table.column(name)
    when = ds or _date_column(table, {y, *ids, *covariates} - {None})
    rest = [name for name in table.columns if name not in (when, y, *ids, *covariates)]
    numeric = [name for name in rest if _numbers(table, name) and name.lower() not in ID_NAMES]
    value = y or _named(numeric, VALUE_NAMES)
    names = tuple(ids) or _id_columns(table, [name for name in rest if name not in numeric or name.lower() in ID_NAMES])
    others = [name for name in numeric if name != value]
    if value is not None:
        return Shape(when, names, (value,), tuple(covariates) or tuple(others))
    if not numeric:
        raise _no_numbers(table, rest)
    if names or len(numeric) == 1:
        return Shape(when, names, (numeric[0],), tuple(covariates) or tuple(numeric[1:]))
    return Shape(when, (), tuple(numeric), tuple(covariates))


def _date_column(table: Table, taken: set[str | None]) -> str:
    free = [name for name in table.columns if name not in taken]
    dated = [name for name in free if looks_like_dates(spread_sample(table.columns[name], SAMPLE))]
    known = _named([name for name in free if name in dated or name.lower() == "ds"], DATE_NAMES)
    if known or dated:
        return known or dated[0]
    raise DataError(
        N_("No column holds dates. The file has: {known}."),
        known=", ".join(table.columns),
        remedy=N_("Name the column with the dates, and write them as 2026-01-31, 2026-01 or 2026Q1."),
    )


def _no_numbers(table: Table, rest: Sequence[str]) -> DataError:
    """The first cell of what should be the values that is no number, or that there is no such column."""
    meant = _named(rest, VALUE_NAMES) or (rest[0] if len(rest) == 1 else None)
    if meant is not None:
        try:
            read_numbers(table.columns[meant], table.lines, meant)
        except DataError as error:
            return error
    return DataError(
        N_("No column but the dates holds numbers. The file has: {known}."), known=", ".join(table.columns)
    )


def _named(names: Sequence[str], known: Sequence[str]) -> str | None:
    """The first of the known names that a column has."""
    lower = {name.lower().strip(): name for name in reversed(names)}
    return next((lower[name] for name in known if name in lower), None)


def _numbers(table: Table, name: str) -> bool:
    return looks_like_numbers(spread_sample(table.columns[name], SAMPLE))


def _id_columns(table: Table, texts: Sequence[str]) -> tuple[str, ...]:
    """The columns of text whose cells repeat: a note on a single row names no series."""
    found = [name for name in texts if name.lower() in ID_NAMES or 2 * len(set(table.columns[name])) <= table.rows]
    return tuple(name for name in found if any(cell.strip() for cell in table.columns[name]))
