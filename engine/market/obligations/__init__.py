"""What an idea must comply with, and what may come in as grants: a catalogue, questions, and how an idea stands.

The catalogue was written from memory and nobody opened its sources here, so every entry is graded assumed and carries
no date; a person who read a source says so with its day. It is a list to begin with, and no legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from engine.errors import N_, UnknownName

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")
Status = Literal["open", "in progress", "met", "does not apply"]
STATUSES: tuple[Status, ...] = ("open", "in progress", "met", "does not apply")
"""Of an obligation. Of a grant the same read: looked at, applied for, granted, refused or not for us."""
CLOSED = ("met", "does not apply")
REGIONS = ("EU", "US", "China")
AREAS = ("data", "model", "sector")
"""Data protection; model and content rules; sector rules."""
Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One law or rule, and which answers make it apply."""

    key: str
    region: str
    area: str
    title: Words
    source: str
    """Name of the official source, from memory."""
    asks: Words
    all: tuple[str, ...]
    any: tuple[str, ...] = ()

    def applies(self, answers: Mapping[str, bool]) -> bool | None:
        """Whether it applies; None where an answer that decides it is missing."""
        told = [answers.get(key) for key in self.all]
        if False in told:
            return False
        one = [answers.get(key) for key in self.any]
        if one and True not in one:
            return None if None in one else False
        return None if None in told else True

    def lacks(self, answers: Mapping[str, bool]) -> tuple[str, ...]:
        """Questions without an answer that would decide it."""
        return tuple(key for key in (*self.all, *self.any) if key not in answers)


@dataclass(frozen=True, slots=True)
class Grant:
    """A programme that may pay. Amounts are typed by people."""

    key: str
    region: str
    title: Words
    source: str
    offers: Words


@dataclass(frozen=True, slots=True)
class Open:
    """How many obligations are not met: surely, and with those that nobody can tell yet."""

    surely: int
    unclear: int
    settled: int
    """Met, or said not to apply."""


@cache
def questions() -> Mapping[str, Words]:
    """Questions by key, in the order asked."""
    found: Mapping[str, Words] = _read("questions")
    return found


@cache
def obligations() -> Mapping[str, Obligation]:
    """The catalogue by key, region by region."""
    rows = [(region, row) for region in REGIONS for row in _read(region.lower())]
    return {row["key"]: _obligation(region, row) for region, row in rows}


@cache
def grants() -> Mapping[str, Grant]:
    """Programmes by key."""
    return {row["key"]: Grant(**row) for row in _read("grants")}


def find(key: str) -> Obligation | Grant:
    """An entry of either list. Raises UnknownName."""
    known: dict[str, Obligation | Grant] = {**obligations(), **grants()}
    if key not in known:
        raise UnknownName(N_("obligation"), key, list(known))
    return known[key]


def stands(answers: Mapping[str, bool], said: Mapping[str, str]) -> Open:
    """Count obligations; what a person `said` of one counts before what the answers say."""
    surely = unclear = settled = 0
    for key, one in obligations().items():
        if key in said:
            settled += said[key] in CLOSED
            surely += said[key] not in CLOSED
            continue
        applies = one.applies(answers)
        surely += applies is True
        unclear += applies is None
    return Open(surely, unclear, settled)


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))


def _obligation(region: str, row: Mapping[str, Any]) -> Obligation:
    given = {**row, "all": tuple(row["all"]), "any": tuple(row.get("any", ()))}
    return Obligation(region=region, **given)
