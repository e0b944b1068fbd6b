"""Dates and numbers as people write them in tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.errors import N_, DataError

SHOWN = 60
EMPTY = frozenset({"", "-", "–", "na", "n/a", "nan", "null", "none", "."})
FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m",
    "%Y/%m",
    "%Y%m",
    "%Y年%m月%d日",
    "%Y年%m月",
    "%Y年",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%b-%d-%Y",
    "%b %Y",
    "%b-%Y",
    "%B %Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
)
EITHER_WAY = {
    "%d/%m/%Y": "%m/%d/%Y",
    "%m/%d/%Y": "%d/%m/%Y",
    "%d/%m/%Y %H:%M": "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M": "%d/%m/%Y %H:%M",
}
TRIED = 100
"""Distinct texts that a form is tried on before all are read by it."""
MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")
YEAR = re.compile(r"(1[4-9]|20|21)\d\d")
QUARTER = re.compile(r"(\d{4})\s*[-/ ]?\s*[Qq]([1-4])")
NUMBER = re.compile(
    r"([-+−(]?)\s*([$€£¥￥]?)\s*([-+−]?)"
    r"([\d.,' \u00a0\u202f]*\d|\d[\d.,' \u00a0\u202f]*\.?)((?:[eE][-+]?\d+)?)\s*([%€]?)\)?"
)
UNITS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "%": "%"}


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of moments, and how it was read."""

    moments: list[datetime | None]
    form: str
    ambiguous: bool = False
    """True when day and month could be exchanged everywhere."""


def read_dates(cells: Sequence[str], lines: Sequence[int], column: str) -> Dates:
    """Every cell by the one form that fits them all. Raises DataError with the row and the value that fits none."""
    texts = _texts(cells)
    given = list(dict.fromkeys(text for text in texts if text))  # series of one file share their moments
    if given and all(YEAR.fullmatch(text) for text in given):
        return Dates([datetime(int(text), 1, 1) if text else None for text in texts], "%Y")
    if given and all(QUARTER.fullmatch(text) for text in given):
        return Dates([_quarter(text) if text else None for text in texts], "%Y-Q")
    read = {form: sum(_parsed(text, form) is not None for text in given[:TRIED]) for form in FORMATS}
    for form in [form for form in FORMATS if given and read[form] == len(given[:TRIED])]:
        known = {text: _parsed(text, form) for text in given}
        if all(known.values()):
            other = EITHER_WAY.get(form)
            twofold = other is not None and all(_parsed(text, other) for text in given)
            return Dates([known.get(text) for text in texts], form, twofold)
    best = max(FORMATS, key=read.__getitem__)
    raise _no_date(texts, lines, column, best if read[best] else "")


def _no_date(texts: Sequence[str], lines: Sequence[int], column: str, best: str) -> DataError:
    places = [i for i, text in enumerate(texts) if text and not (best and _parsed(text, best))]
    place = places[0] if places else 0
    return DataError(
        N_("Row {row}, column “{column}”: “{value}” is no date like the others."),
        row=lines[place] if lines else 1,
        column=column,
        value=texts[place][:SHOWN] if texts else "",
        remedy=N_("Write all dates in one way, best as 2026-01-31."),
    )


def looks_like_dates(cells: Sequence[str]) -> bool:
    """Whether nearly all of a sample of cells are dates."""
    given = [text for text in _texts(cells) if text]
    return bool(given) and sum(_any_date(text) for text in given) >= 0.8 * len(given)


def _any_date(text: str) -> bool:
    if YEAR.fullmatch(text) or QUARTER.fullmatch(text):
        return True
    return any(_parsed(text, form) for form in FORMATS)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _quarter(text: str) -> datetime:
    found = QUARTER.fullmatch(text)
    assert found is not None
    return datetime(int(found[1]), 3 * int(found[2]) - 2, 1)


def _texts(cells: Sequence[str]) -> list[str]:
    """The cells as they are read; a time is left away where it is midnight in every one."""
    texts = [_plain(cell) for cell in cells]
    if all(MIDNIGHT.search(text) or ":" not in text for text in texts):
        return [MIDNIGHT.sub("", text) for text in texts]
    return texts


def _plain(cell: str) -> str:
    text = cell.strip().removesuffix("Z").removesuffix("+00:00")
    text = re.sub(r"(\d\d:\d\d:\d\d)\.0+$", r"\1", text)
    return "" if text.lower() in EMPTY else text


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers; None for an empty cell."""

    values: list[float | None]
    unit: str = ""
    """Of the signs that stood beside them."""


def read_numbers(cells: Sequence[str], lines: Sequence[int], column: str) -> Numbers:
    """Every cell as a number, thousands separators and signs of money taken away.

    Raises DataError with the row and the value that is none.
    """
    comma = _decimal_comma(cells)
    values: list[float | None] = []
    units: set[str] = set()
    for cell, line in zip(cells, lines, strict=True):
        if cell.strip().lower() in EMPTY:
            values.append(None)
            continue
        value, unit = _number(cell, comma)
        if value is None:
            raise DataError(
                N_("Row {row}, column “{column}”: “{value}” is not a number."),
                row=line,
                column=column,
                value=cell[:SHOWN],
                remedy=N_("Correct the cell, or leave it empty where the value is not known."),
            )
        values.append(value)
        if unit:
            units.add(unit)
    if len(units) > 1:
        raise DataError(
            N_("Column “{column}” mixes the units {units}; a series has one."),
            column=column,
            units=", ".join(sorted(units)),
        )
    return Numbers(values, units.pop() if units else "")


def looks_like_numbers(cells: Sequence[str]) -> bool:
    """Whether most of a sample of cells are numbers, so that a text among them is a fault and not another kind."""
    given = [cell for cell in cells if cell.strip().lower() not in EMPTY]
    comma = _decimal_comma(cells)
    return bool(given) and sum(_number(cell, comma)[0] is not None for cell in given) > len(given) / 2


def _decimal_comma(cells: Sequence[str]) -> bool:
    """True for 1.234,5: some comma is followed by one, two or more than three digits, and no point stands after it."""
    return any(re.search(r",(\d{1,2}|\d{4,})\D*$", cell) and "." not in cell.rsplit(",", 1)[-1] for cell in cells)


def _number(cell: str, comma: bool) -> tuple[float | None, str]:
    found = NUMBER.fullmatch(cell.strip())
    if found is None:
        return None, ""
    sign, money, inner, digits, exponent, after = found.groups()
    digits = re.sub(r"[' \u00a0\u202f]", "", digits)
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    try:
        value = float(digits + exponent)
    except ValueError:
        return None, ""
    if value in (float("inf"), float("-inf")):
        return None, ""
    negative = sign in ("-", "−", "(") or inner in ("-", "−")
    return (-value if negative else value), UNITS.get(money or after, "")
