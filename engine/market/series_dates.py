"""Tables whose moments stand in two columns (year and month or quarter), or whose columns are months."""

from dataclasses import replace

from engine.data.table import Table

YEARS = ("year", "yr", "年", "年份")
PARTS = {"month": "-{:02d}", "mon": "-{:02d}", "月": "-{:02d}", "quarter": "Q{}", "qtr": "Q{}", "季度": "Q{}"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LENGTHS = {"-{:02d}": 12, "Q{}": 4}
DS = "ds"


def joined(table: Table) -> Table:
    """The same table with one column of moments; as it is where it has none of these shapes."""
    lower = {name.lower().strip(): name for name in table.columns}
    year = next((lower[name] for name in YEARS if name in lower), None)
    if year is None or DS in lower:
        return table
    part = next((name for name in PARTS if name in lower), None)
    if part is not None and _whole(table.columns[lower[part]], LENGTHS[PARTS[part]]):
        return _two_columns(table, year, lower[part], PARTS[part])
    months = {name: original for name, original in lower.items() if name[:3] in MONTHS and original != year}
    if len(months) == len(MONTHS) == len({name[:3] for name in months}):
        return _month_columns(table, year, {name[:3]: original for name, original in months.items()})
    return table


def _whole(cells: list[str], most: int) -> bool:
    return all(cell.strip().isdigit() and 1 <= int(cell) <= most for cell in cells)


def _two_columns(table: Table, year: str, part: str, form: str) -> Table:
    moments = [
        f"{y.strip()}{form.format(int(p))}" for y, p in zip(table.columns[year], table.columns[part], strict=True)
    ]
    rest = {name: cells for name, cells in table.columns.items() if name not in (year, part)}
    return replace(table, columns={DS: moments, **rest})


def _month_columns(table: Table, year: str, months: dict[str, str]) -> Table:
    """One row a month; further columns are left out."""
    rows = range(table.rows)
    return replace(
        table,
        columns={
            DS: [f"{table.columns[year][i].strip()}-{m + 1:02d}" for i in rows for m in range(12)],
            "y": [table.columns[months[name]][i] for i in rows for name in MONTHS],
        },
        lines=[table.lines[i] for i in rows for _m in MONTHS],
    )
