"""One row of rates, checked: from a rate file, a CSV or a form alike; every fault of it at once."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.costs.rates.currency import CURRENCIES, exchange
from engine.costs.rates.entry import KINDS, UNIT_OF, RateEntry
from engine.errors import N_, InputError, ProspectusError
from engine.evidence import GRADES

FIELDS = (
    *("key", "kind", "unit", "usd", "price", "currency", "grade", "source", "url", "valid_from", "checked_on", "note"),
    *("parts", "provider", "region", "item"),
)
REQUIRED = ("key", "unit", "grade", "source", "valid_from")
POINTS = ("low", "value", "high")
LENGTHS = {"key": 80, "provider": 40, "region": 40, "item": 80}
NANO = Decimal("1e-9")
Amounts = tuple[Decimal, Decimal, Decimal]


class Row:
    """A row under examination; `faults` gathers what is wrong with it."""

    def __init__(self, file: str, number: int, given: Any) -> None:
        self.file = file
        self.number = number
        self.given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self.faults: list[ProspectusError] = []
        if not isinstance(given, Mapping):
            self.wrong(N_("a rate must be a mapping"), given)

    def wrong(self, rule: str, value: Any, known: str = "") -> None:
        """Note a fault: the file, the row, the rule and the value."""
        template = (
            N_("{file}, row {row}: {rule} ({known}); it is “{value}”.")
            if known
            else N_("{file}, row {row}: {rule}; it is “{value}”.")
        )
        more = {"known": known} if known else {}
        self.faults.append(
            InputError(template, file=self.file, row=self.number, rule=rule, value=_short(value), **more)
        )

    def text(self, name: str) -> str:
        """A field as text; empty when it is not given."""
        value = self.given.get(name)
        return "" if value is None else str(value).strip()


def checked_entry(
    file: str, number: int, given: Any, today: date, *, origin: str = "", author: str = ""
) -> tuple[RateEntry | None, list[ProspectusError]]:
    """The rate that a row states, or every fault of it."""
    row = Row(file, number, given)
    if row.faults:
        return None, row.faults
    _check_names(row)
    _check_grade(row)
    _check_days(row, today)
    amounts, currency = _price(row)
    if row.faults or amounts is None:
        return None, row.faults
    usd, quoted = _in_usd(row, amounts, currency)
    if row.faults or usd is None:
        return None, row.faults
    return _entry(row, usd, quoted, currency, origin=origin or file, author=author), []


def _entry(row: Row, usd: Amounts, quoted: dict[str, Any] | None, currency: str, **more: str) -> RateEntry:
    given = row.given
    return RateEntry(
        key=row.text("key"),
        unit=row.text("unit"),
        usd=usd[1],
        low_usd=usd[0],
        high_usd=usd[2],
        grade=given["grade"],
        source=row.text("source"),
        note=_note(given),
        checked_on=given.get("checked_on"),
        valid_from=given["valid_from"],
        fingerprint=fingerprint_of(given),
        kind=row.text("kind") or "compute",
        provider=row.text("provider"),
        region=row.text("region"),
        item=row.text("item"),
        currency=currency,
        quoted=quoted,
        url=row.text("url"),
        **more,
    )


def _check_names(row: Row) -> None:
    for name in sorted(str(name) for name in row.given.keys() - set(FIELDS)):
        row.wrong(N_("the field is unknown; these are known"), name, ", ".join(FIELDS))
    for name in REQUIRED:
        if row.given.get(name) in (None, ""):
            row.wrong(N_("it must be given"), row.given.get(name), name)
    for name, limit in LENGTHS.items():
        if len(row.text(name)) > limit:
            row.wrong(N_("it is too long"), row.text(name), f"{name}, {limit}")
    kind = row.text("kind") or "compute"
    unit = UNIT_OF.get(kind)  # type: ignore[call-overload]
    if unit is None:
        row.wrong(N_("the kind must be a known one"), kind, ", ".join(KINDS))
    elif row.text("unit") and row.text("unit") != unit:
        row.wrong(N_("the unit must be that of its kind"), row.text("unit"), f"{kind}: {unit}")


def _check_grade(row: Row) -> None:
    grade, checked, url = row.given.get("grade"), row.given.get("checked_on"), row.text("url")
    if grade and (grade not in GRADES or grade == "measured"):
        row.wrong(N_("the grade must be a known one"), grade, "quoted, modelled, assumed")
    if grade == "quoted" and checked is None:
        row.wrong(N_("a quoted rate needs checked_on, the day its source was opened"), checked)
    if grade == "assumed" and checked is not None:
        row.wrong(N_("an assumed rate has no checked_on: nobody opened a source"), checked)
    if url and checked is None:
        row.wrong(N_("a URL stands only where it was opened: give checked_on too"), url)
    if url and not url.startswith(("http://", "https://")):
        row.wrong(N_("a URL begins with http:// or https://"), url)


def _check_days(row: Row, today: date) -> None:
    for name in ("valid_from", "checked_on"):
        value = row.given.get(name)
        if value in (None, ""):
            continue
        if type(value) is not date:
            row.wrong(N_("it must be a date such as 2026-05-31"), value, name)
        elif value > today:
            row.wrong(N_("the date lies in the future"), value, name)


def _price(row: Row) -> tuple[Amounts | None, str]:
    """low, value, high as given, and their currency."""
    both = [name for name in ("usd", "price") if row.given.get(name) is not None]
    currency = row.text("currency") or "USD"
    if len(both) != 1:
        row.wrong(N_("usd must be given, or price with its currency, and not both"), ", ".join(both) or None)
        return None, currency
    if currency not in CURRENCIES:
        row.wrong(N_("the currency must be a known one"), currency, ", ".join(CURRENCIES))
    if both[0] == "usd" and currency != "USD":
        row.wrong(N_("usd is in US dollars; give price with another currency"), currency)
    amounts = _interval(row, row.given[both[0]])
    if amounts is not None:
        _check_parts(row, amounts)
    return amounts, currency


def _interval(row: Row, price: Any) -> Amounts | None:
    if not isinstance(price, Mapping) or set(price) != set(POINTS):
        row.wrong(N_("a price must hold low, value and high"), price)
        return None
    try:
        low, value, high = (Decimal(str(price[point])) for point in POINTS)
    except InvalidOperation:
        row.wrong(N_("a price must hold numbers"), dict(price))
        return None
    if not all(amount.is_finite() and amount >= 0 for amount in (low, value, high)):
        row.wrong(N_("a price must not be negative"), dict(price))
        return None
    if not low <= value <= high:
        row.wrong(N_("a price must rise from low over value to high"), dict(price))
        return None
    return low, value, high


def _check_parts(row: Row, total: Amounts) -> None:
    parts = row.given.get("parts") or []
    if not parts:
        return
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) and part.get("name") for part in parts):
        row.wrong(N_("parts must be a list of name, usd and because"), parts)
        return
    amounts = [_interval(row, part.get("usd", part.get("price"))) for part in parts]
    if any(amount is None for amount in amounts):
        return
    sums = tuple(sum(column, Decimal(0)) for column in zip(*(a for a in amounts if a), strict=True))
    if sums != total:
        shown = f"{', '.join(map(str, total))} ≠ {', '.join(map(str, sums))}"
        row.wrong(N_("a price must be the sum of its parts"), shown)


def _in_usd(row: Row, amounts: Amounts, currency: str) -> tuple[Amounts | None, dict[str, Any] | None]:
    """The amounts in US dollars on the day they begin, and what was quoted."""
    if currency == "USD":
        return amounts, None
    try:
        found = exchange(currency, "USD", row.given["valid_from"])
    except ProspectusError as error:
        row.wrong(N_("the price cannot be changed into US dollars"), f"{currency}: {error}")
        return None, None
    low, value, high = ((amount * found.rate).quantize(NANO) for amount in amounts)
    quoted = {
        **{name: str(amount) for name, amount in zip(POINTS, amounts, strict=True)},
        "usd_per_unit": str(found.rate.quantize(Decimal("1e-8"))),
        "on": found.on.isoformat(),
        "by": found.source,
    }
    return (low, value, high), quoted


def _note(row: Mapping[str, Any]) -> str:
    parts = [f"{part['name']}: {part.get('because', '')}" for part in row.get("parts") or []]
    return "; ".join([*parts, *([str(row["note"])] if row.get("note") else [])])


def fingerprint_of(row: Mapping[str, Any]) -> str:
    """sha256 of a row's contents, whatever their order."""
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
