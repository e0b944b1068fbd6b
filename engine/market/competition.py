"""Who else solves the problem: cards with prices and features, as a table to bring in and to take out.

A table has one row a price (or one a competitor without a price):

    competitor, url, positioning, price_usd, unit, date, source, feature: search, feature: export, ...

A cell under a feature says yes, partly or no; an empty one says that nobody looked. A price with a source is quoted,
one without is assumed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from engine.data.export import csv_bytes
from engine.data.read import read_table
from engine.data.table import Table
from engine.errors import N_, DataError, InputError, UnknownName
from engine.evidence import Grade

UNITS: Mapping[str, str] = {
    "requests_1k": N_("1,000 requests"),
    "month": N_("a month"),
    "seat_month": N_("a seat and month"),
    "year": N_("a year"),
    "once": N_("once"),
    "mtok_in": N_("a million tokens in"),
    "mtok_out": N_("a million tokens out"),
}
ANSWERS = ("yes", "partly", "no")
FEATURE = "feature:"
COLUMNS = ("competitor", "url", "positioning", "price_usd", "unit", "date", "source")
NAME_LENGTH, FEATURE_LENGTH, SOURCE_LENGTH = 120, 80, 500
MOST_FEATURES = 40
MOST_USD = Decimal(1_000_000_000)
FIRST_DAY = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Price:
    """What a competitor asks for one unit on a day."""

    usd: Decimal
    unit: str
    on: date
    source: str = ""

    @property
    def grade(self) -> Grade:
        """Quoted with a source, assumed without."""
        return "quoted" if self.source else "assumed"


@dataclass(frozen=True, slots=True)
class Card:
    """One competitor as somebody wrote it down."""

    name: str
    url: str = ""
    positioning: str = ""
    prices: tuple[Price, ...] = ()
    features: Mapping[str, str] = field(default_factory=dict)
    """Answers by feature."""


def name_key(name: str) -> str:
    """Equal for names that a reader would take for one."""
    return re.sub(r"\s+", " ", name).strip().casefold()


def checked_price(usd: object, unit: str, on: date, source: str = "", *, today: date) -> Price:
    """A price that may be stored. Raises InputError or UnknownName with the rule and the value."""
    if unit not in UNITS:
        raise UnknownName(N_("unit of a price"), unit, list(UNITS))
    try:
        amount = Decimal(str(usd))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MOST_USD:
        raise InputError(
            N_("A price must be an amount from 0 to {most} US$, not {value}."),
            most=f"{MOST_USD:,}",
            value=str(usd)[:60],
        )
    if not FIRST_DAY <= on <= today:
        raise InputError(
            N_("A price was seen between {first} and today, not on {value}."), first=FIRST_DAY, value=on.isoformat()
        )
    if len(source) > SOURCE_LENGTH:
        raise InputError(
            N_("{label} must have at most {limit} characters, not {count}: “{value}”."),
            label=N_("The source"),
            limit=SOURCE_LENGTH,
            count=len(source),
            value=f"{source[:60]}…",
        )
    return Price(amount, unit, on, source.strip())


def checked_features(features: Mapping[str, str]) -> dict[str, str]:
    """Answers by feature that may be stored."""
    if len(features) > MOST_FEATURES:
        raise InputError(
            N_("A card has at most {most} features, not {count}."), most=MOST_FEATURES, count=len(features)
        )
    found: dict[str, str] = {}
    for name, answer in features.items():
        clean = re.sub(r"\s+", " ", name).strip()
        if not clean or len(clean) > FEATURE_LENGTH:
            raise InputError(
                N_("A feature has a name of 1 to {limit} characters, not “{value}”."),
                limit=FEATURE_LENGTH,
                value=name[:90],
            )
        if answer not in ANSWERS:
            raise UnknownName(N_("answer"), answer, list(ANSWERS))
        found[clean] = answer
    return found


def read_cards(path: Path, today: date) -> list[Card]:
    """Competitors of a table. Raises DataError naming the line for what breaks a rule; nothing is half read."""
    table = read_table(path)
    names = table.column(COLUMNS[0])
    features = {name: name[len(FEATURE) :].strip() for name in table.columns if name.lower().startswith(FEATURE)}
    cards: dict[str, Card] = {}
    for row in range(table.rows):
        try:
            card = _card(table, row, features, today)
        except InputError as error:
            raise DataError(
                N_("{file}, line {line}: {fault}"), file=path.name, line=table.lines[row], fault=str(error)
            ) from error
        if not names[row].strip():
            raise DataError(
                N_("{file}, line {line}: a competitor needs a name."), file=path.name, line=table.lines[row]
            )
        key = name_key(card.name)
        cards[key] = _joined(cards[key], card, path.name, table.lines[row]) if key in cards else card
    return list(cards.values())


def _card(table: Table, row: int, features: Mapping[str, str], today: date) -> Card:
    def cell(name: str) -> str:
        return _unescaped(table.columns[name][row].strip()) if name in table.columns else ""

    name = cell("competitor")
    if len(name) > NAME_LENGTH:
        raise InputError(
            N_("The name has at most {limit} characters, not {count}."), limit=NAME_LENGTH, count=len(name)
        )
    answers = {title: cell(column).lower() for column, title in features.items() if cell(column)}
    prices: tuple[Price, ...] = ()
    if cell("price_usd"):
        prices = (
            checked_price(cell("price_usd"), cell("unit"), _day(cell("date"), today), cell("source"), today=today),
        )
    return Card(name, cell("url"), cell("positioning"), prices, checked_features(answers))


def _day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise InputError(N_("“{value}” is no date; write 2026-03-01."), value=text[:60]) from None


def _joined(first: Card, second: Card, file_name: str, line: int) -> Card:
    """Two rows of one competitor: further prices; texts and features that contradict each other are refused."""
    for one, other in ((first.url, second.url), (first.positioning, second.positioning)):
        if one and other and one != other:
            raise DataError(
                N_("{file}, line {line}: two competitors are called “{name}” and differ: “{one}”, “{other}”."),
                file=file_name,
                line=line,
                name=second.name,
                one=one[:60],
                other=other[:60],
            )
    return Card(
        first.name,
        first.url or second.url,
        first.positioning or second.positioning,
        (*first.prices, *second.prices),
        {**first.features, **second.features},
    )


def _unescaped(cell: str) -> str:
    """Without the apostrophe that `write_cards` puts before what a spreadsheet would run."""
    from engine.data.profile import is_formula

    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def write_cards(cards: Sequence[Card]) -> bytes:
    """The same table as CSV; cells that a spreadsheet would run as formulas are escaped."""
    features = list(dict.fromkeys(name for card in cards for name in card.features))
    rows: list[list[object]] = []
    for card in cards:
        for price in card.prices or (None,):
            asked = ("", "", "", "") if price is None else (price.usd, price.unit, price.on.isoformat(), price.source)
            rows.append([card.name, card.url, card.positioning, *asked, *(card.features.get(f, "") for f in features)])
    return csv_bytes([*COLUMNS, *(f"{FEATURE} {name}" for name in features)], rows)
