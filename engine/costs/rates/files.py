"""Rate files: YAML lists of dated rows. A fault names the file, the row, the rule and the value; all faults at once."""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from engine.costs.rates.checks import checked_entry
from engine.costs.rates.entry import RateEntry
from engine.errors import N_, ConfigError, InputError, ProspectusError

FOLDER = Path(__file__).parent
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_rates(folder: Path = FOLDER, *, today: date | None = None) -> list[RateEntry]:
    """All rows of the folder's YAML files, in file order.

    Raises ConfigError with every fault of every file; nothing is then to be loaded, and what is in force stays.
    """
    day = today or datetime.now(UTC).date()
    entries: list[RateEntry] = []
    faults: list[ProspectusError] = []
    for path in sorted(folder.glob("*.yml")):
        found, wrong = _read(path, path.stat().st_mtime_ns, day)
        entries += found
        faults += wrong
    if faults:
        raise ConfigError(tuple(faults))
    return entries


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int, today: date) -> tuple[list[RateEntry], list[ProspectusError]]:
    try:
        rows = _rows(path)
    except InputError as fault:
        return [], [fault]
    entries: list[RateEntry] = []
    faults: list[ProspectusError] = []
    for number, row in enumerate(rows, start=1):
        entry, wrong = checked_entry(path.name, number, row, today)
        faults += wrong
        entries += [entry] if entry else []
    return entries, faults


def _rows(path: Path) -> list[Any]:
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a safe loader, in C
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(N_("{file} is no YAML: {reason}."), file=path.name, reason=reason) from error
    if not isinstance(rows, list):
        raise InputError(
            N_("{file} must hold a list of rates, not {value}."), file=path.name, value=type(rows).__name__
        )
    return rows
