"""What a report says, before anybody writes it in a language: texts as templates, figures as numbers with their origin.

A plain str is what people typed and stays letter for letter; a `Marked` one is a word of ours and is translated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.evidence import Grade, Unit


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of ours, in a template and its values."""

    template: str
    values: "Mapping[str, Part]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure."""

    unit: Unit
    value: float
    low: float | None = None
    high: float | None = None
    grade: Grade | None = None
    ref: str = ""
    """Which `Entry` of the report says where it comes from."""
    typed: bool = False
    """Set by a person: written with the decimals they gave it."""
    chance: bool = False
    """A probability: written in whole percent, and never as certain."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Where a figure would stand."""

    because: Text


@dataclass(frozen=True, slots=True)
class Listed:
    """Several parts in a row, with commas between."""

    parts: "tuple[Part, ...]"


Part = str | int | date | datetime | Text | Amount | Unknown | Listed | None
"""What a cell holds. None is a dash."""


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table. A spread one has a figure's bounds, unit, grade and entry in columns of their own in a workbook."""

    title: str
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Part, ...], ...]
    empty: Part = ""
    """What is said where there are no rows."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a chart."""

    label: Part
    amount: Amount | Unknown
    goal: float | None = None
    """Tick to reach or to stay under."""
    floor: float | None = None
    """Tick of the naive baseline."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Chart of figures with their intervals on one axis; bars begin at 0."""

    title: Part
    unit: Unit
    marks: tuple[Mark, ...]
    empty: Text
    """Why there is nothing to draw."""
    goal: str = ""
    floor: str = ""
    """Names of the ticks."""
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """Chart of what was foreseen beside what came."""

    title: Part
    ds: tuple[str, ...]
    actual: tuple[float | None, ...]
    foreseen: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    empty: Text


Chart = Ranges | Track


@dataclass(frozen=True, slots=True)
class Check:
    """A condition, met or open."""

    text: Part
    met: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure; `note` stands under it."""

    label: Part
    amount: Part
    note: Part = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part under a heading; two that are not `wide` stand side by side."""

    title: Part
    lines: tuple[Part, ...] = ()
    checks: tuple[Check, ...] = ()
    charts: tuple[Chart, ...] = ()
    table: Table | None = None
    wide: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a figure comes from."""

    ref: str
    about: str
    """The idea's name; empty for the company."""
    title: Part
    amount: Amount
    source: Part
    at: date | datetime
    key: str = ""
    """Measure of the ledger; empty for what is no evidence row."""
    method: Part = ""
    note: str = ""
    stale: bool = False
    main: bool = True
    """Whether it stands on the page; the others are folded and not printed."""


@dataclass(frozen=True, slots=True)
class Report:
    """A document with every figure's origin."""

    kind: str
    """memo or portfolio: how it is laid out."""
    name: str
    """Of the file, without its ending."""
    heading: Part
    title: Part
    about: tuple[Part, ...]
    """Lines under the title."""
    lead: tuple[Part, ...]
    """The answer; its first part is what matters most."""
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    entries: tuple[Entry, ...]
    at: datetime
