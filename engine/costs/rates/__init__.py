"""Dated prices as YAML rows, each with its source; the loader says file, row, rule and value of what is wrong."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from engine.errors import N_, ConfigError, InputError, ProspectusError
from engine.evidence import GRADES, Grade

FOLDER = Path(__file__).parent
UNITS = ("hour",)
FIELDS = {"key", "unit", "usd", "grade", "source", "valid_from", "note", "checked_on", "parts"}
REQUIRED = ("key", "unit", "usd", "grade", "source", "valid_from")
POINTS = ("low", "value", "high")


@dataclass(frozen=True, slots=True)
class RateEntry:
    """One row: what one unit costs from a day on."""

    key: str
    unit: str
    usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    grade: Grade
    source: str
    note: str
    checked_on: date | None
    valid_from: date
    fingerprint: str

    def as_dict(self) -> dict[str, Any]:
        """The values as `db.costs.load_rates` takes them."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_rates(folder: Path = FOLDER, *, today: date | None = None) -> list[RateEntry]:
    """All rows of the folder's YAML files, in file order.

    Raises ConfigError with every fault of every file; nothing is then to be loaded, and what is in force stays.
    """
    day = today or datetime.now(UTC).date()
    entries: list[RateEntry] = []
    faults: list[ProspectusError] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            rows = _rows(path)
        except InputError as fault:
            faults.append(fault)
            continue
        for number, row in enumerate(rows, start=1):
            try:
                entries.append(_entry(path.name, number, row, day))
            except InputError as fault:
                faults.append(fault)
    if faults:
        raise ConfigError(tuple(faults))
    return entries


def _rows(path: Path) -> list[Any]:
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(N_("{file} is no YAML: {reason}."), file=path.name, reason=reason) from error
    if not isinstance(rows, list):
        raise InputError(
            N_("{file} must hold a list of rates, not {value}."), file=path.name, value=type(rows).__name__
        )
    return rows


def _entry(file: str, number: int, row: Any, today: date) -> RateEntry:
    def wrong(rule: str, value: Any) -> InputError:
        return InputError(
            N_("{file}, row {row}: {rule}; it is “{value}”."), file=file, row=number, rule=rule, value=str(value)
        )

    if not isinstance(row, dict):
        raise wrong("a rate must be a mapping", row)
    for name in row.keys() - FIELDS:
        raise wrong(f"only {', '.join(sorted(FIELDS))} are known", name)
    for name in REQUIRED:
        if row.get(name) in (None, ""):
            raise wrong(f"{name} must be given", row.get(name))
    if row["unit"] not in UNITS:
        raise wrong(f"unit must be one of {', '.join(UNITS)}", row["unit"])
    if row["grade"] not in GRADES or row["grade"] == "measured":
        raise wrong("grade must be one of quoted, modelled, assumed", row["grade"])
    for name in ("valid_from", "checked_on"):
        if row.get(name) is not None and (type(row[name]) is not date or row[name] > today):
            raise wrong(f"{name} must be a date and not in the future", row[name])
    if row["grade"] == "quoted" and row.get("checked_on") is None:
        raise wrong("a quoted rate needs checked_on", row.get("checked_on"))
    low, value, high = _interval(row["usd"], wrong)
    _check_parts(row, (low, value, high), wrong)
    return RateEntry(
        key=str(row["key"]),
        unit=row["unit"],
        usd=value,
        low_usd=low,
        high_usd=high,
        grade=row["grade"],
        source=str(row["source"]),
        note=_note(row),
        checked_on=row.get("checked_on"),
        valid_from=row["valid_from"],
        fingerprint=_fingerprint(row),
    )


def _interval(usd: Any, wrong: Any) -> tuple[Decimal, Decimal, Decimal]:
    if not isinstance(usd, Mapping) or set(usd) != set(POINTS):
        raise wrong("usd must hold low, value and high", usd)
    try:
        low, value, high = (Decimal(str(usd[point])) for point in POINTS)
    except InvalidOperation:
        raise wrong("usd must hold numbers", dict(usd)) from None
    if not all(amount.is_finite() and amount >= 0 for amount in (low, value, high)):
        raise wrong("usd must not be negative", dict(usd))
    if not low <= value <= high:
        raise wrong("usd must rise from low over value to high", dict(usd))
    return low, value, high


def _check_parts(row: Mapping[str, Any], total: tuple[Decimal, ...], wrong: Any) -> None:
    parts = row.get("parts") or []
    if not parts:
        return
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) and part.get("name") for part in parts):
        raise wrong("parts must be a list of name, usd and because", parts)
    amounts = [_interval(part.get("usd"), wrong) for part in parts]
    sums = tuple(sum(column, Decimal(0)) for column in zip(*amounts, strict=True))
    if sums != total:
        raise wrong(
            "usd must be the sum of its parts", f"{', '.join(map(str, total))} against {', '.join(map(str, sums))}"
        )


def _note(row: Mapping[str, Any]) -> str:
    parts = [f"{part['name']}: {part.get('because', '')}" for part in row.get("parts") or []]
    return "; ".join([*parts, *([str(row["note"])] if row.get("note") else [])])


def _fingerprint(row: Mapping[str, Any]) -> str:
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
