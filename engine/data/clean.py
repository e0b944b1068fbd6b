"""Takes out of a table what would make its figures wrong: missing cells, repeated texts, contradicting labels."""

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

RULES = "2"
"""Raised when a prepared set would hold other rows or columns; part of the fingerprint.

1: texts, labels and splits. 2: further columns and rows without a label are kept too.
"""
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
ASCII_PUNCTUATION = {i: " " for i in range(128) if unicodedata.category(chr(i)).startswith("P")}
"""For texts of ASCII alone, which Python translates twenty times as fast as it replaces by a pattern."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text and the line of the file on which it begins."""

    line: int
    text: str
    label: str
    """Empty for a row that nobody labelled."""
    extra: tuple[str, ...] = ()
    """Cells of the further columns that are kept, in their order."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The rows that stay, in file order, and how many left for which reason.

    The counts and the kept rows add up to the rows given.
    """

    kept: list[Row]
    missing_text: int
    missing_label: int
    """Rows with a text and no label."""
    exact_duplicates: int
    """Same text and label as an earlier row, to the character."""
    normalised_duplicates: int
    """Same label as an earlier row and the same text once both are normalised."""
    conflicting_rows: int
    """Rows whose normalised text carries different labels somewhere: no row of such a text is kept."""
    conflicting_texts: int
    """How many different texts those are."""
    unlabelled: list[Row]
    """Different texts without a label that are not among the labelled ones; part of `missing_label`."""


@cache
def _punctuation() -> re.Pattern[str]:
    """Every character of Unicode category P. Takes a fifth of a second to find, so not at import."""
    found = (c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c).startswith("P"))
    return re.compile(f"[{re.escape(''.join(found))}]")


def normalise(text: str) -> str:
    """The form in which two texts count as the same.

    Unicode NFKC, case folded, invisible characters removed, punctuation and white space turned into single spaces.
    Symbols and emoji stay. A text of punctuation alone keeps it, so that “:)” and “:(” stay different.
    """
    if text.isascii():
        folded = text.lower()
        return " ".join(folded.translate(ASCII_PUNCTUATION).split()) or " ".join(folded.split())
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_punctuation().sub(" ", folded).split()) or " ".join(folded.split())


def deduplicate(rows: Iterable[Row]) -> Cleaned:
    """Drop rows without text or label, all rows of contradicting texts, and repeats after the first."""
    whole, unlabelled, missing_text = _complete(rows)
    keys = [normalise(row.text) for row in whole]
    labels: dict[str, set[str]] = {}
    for key, row in zip(keys, whole, strict=True):
        labels.setdefault(key, set()).add(row.label)
    kept, exact, repeated, conflicting = [], 0, 0, 0
    seen_keys: set[str] = set()
    seen_texts: set[str] = set()
    for key, row in zip(keys, whole, strict=True):
        if len(labels[key]) > 1:
            conflicting += 1
        elif row.text in seen_texts:
            exact += 1
        elif key in seen_keys:
            repeated += 1
        else:
            kept.append(row)
        seen_keys.add(key)
        seen_texts.add(row.text)
    conflicts = sum(len(found) > 1 for found in labels.values())
    waiting = unseen(unlabelled, seen_keys)
    return Cleaned(kept, missing_text, len(unlabelled), exact, repeated, conflicting, conflicts, waiting)


def unseen(rows: Iterable[Row], seen: set[str]) -> list[Row]:
    """The rows whose normalised text is not in `seen`, each text once; `seen` is left as it was."""
    seen, found = set(seen), []
    for row in rows:
        key = normalise(row.text)
        if key not in seen:
            seen.add(key)
            found.append(row)
    return found


def _complete(rows: Iterable[Row]) -> tuple[list[Row], list[Row], int]:
    """Rows with text and label, rows with a text alone, and how many have no text; cells stripped."""
    whole: list[Row] = []
    unlabelled: list[Row] = []
    missing_text = 0
    for given in rows:
        row = Row(given.line, given.text.strip(), given.label.strip(), given.extra)
        if not row.text:
            missing_text += 1
        else:
            (whole if row.label else unlabelled).append(row)
    return whole, unlabelled, missing_text
