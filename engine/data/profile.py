"""What a prepared data set is made of; stored beside its rows."""

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_origin, get_type_hints

import numpy as np

from engine.errors import N_, StoredFileError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SIGNED_NUMBER = re.compile(r"[+-]\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)
EXAMPLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Profile:
    """Counts, lengths and origin of a data set.

    rows = used + missing_text + missing_label + exact_duplicates + normalised_duplicates + conflicting_rows.
    """

    name: str
    file_name: str
    file_sha256: str
    file_bytes: int
    format: str
    encoding: str
    delimiter: str
    text_column: str
    label_column: str
    licence: str
    source: str
    seed: int
    fractions: tuple[float, ...]
    rules: str
    """Version of the cleaning rules, `engine.data.clean.RULES`."""
    fingerprint: str
    rows: int
    used: int
    missing_text: int
    missing_label: int
    exact_duplicates: int
    normalised_duplicates: int
    conflicting_rows: int
    conflicting_texts: int
    labels: tuple[str, ...]
    """Class names in index order."""
    classes: Mapping[str, Mapping[str, int]]
    """Rows of each class in each split: {split: {label: rows}}."""
    lengths: Mapping[str, float]
    """Characters of the texts used: mean, and quantiles min, p25, p50, p75, p95, max."""
    language: str
    language_method: str
    suspicious: Mapping[str, int]
    """Texts used that a spreadsheet would run as a formula, and that hold replacement or control characters."""
    examples: tuple[Mapping[str, Any], ...]
    """A few training rows: line, text (cut to 300 characters), label."""
    input_kind: str = "text"
    """text or image."""
    columns: tuple[str, ...] = ()
    """Names of the further columns that are kept."""
    unlabelled: int = 0
    """Different texts without a label, kept apart for labelling."""
    personal: Mapping[str, Mapping[str, Any]] | None = None
    """Suspected personal data by kind: rows, found, examples (masked). None: not looked for."""
    part: str = ""
    """Which sheet of a workbook, or configuration of a data set folder, was read."""
    own_splits: bool = True
    """Whether splits that the file itself makes were to be kept."""
    given_splits: tuple[str, ...] = ()
    """The splits that the file itself made; the others were drawn from its train."""
    across_splits: int = 0
    """Rows left out because their text stays in another split; part of the duplicates."""
    parent: str = ""
    """Fingerprint of the version that this one was made from."""
    change: str = ""
    """What made it of its parent: labels, mask, append or replace."""
    last_row: int = 0
    """Largest row number that it or a version before it gave; new rows get larger ones. 0: not noted."""
    pictures: Mapping[str, Any] = field(default_factory=dict)
    """Of pictures: formats, how many were animated, turned or shrunk, other files, and the unreadable ones by name."""

    @property
    def rows_per_split(self) -> dict[str, int]:
        """Rows in train, validation and test."""
        return {split: sum(counts.values()) for split, counts in self.classes.items()}

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Profile":
        """Read the JSON form back; raises StoredFileError naming missing and unknown fields.

        Fields that have a default were added later: older profiles lack them.
        """
        hints = get_type_hints(cls)
        missing = dataclasses.MISSING
        optional = {
            f.name for f in dataclasses.fields(cls) if f.default is not missing or f.default_factory is not missing
        }
        odd = (stored.keys() ^ hints.keys()) - (optional - stored.keys())
        if odd:
            raise StoredFileError(
                N_("The stored profile has other fields than expected: {fields}."), fields=", ".join(sorted(odd))
            )
        values: dict[str, Any] = {
            name: tuple(value) if get_origin(hints[name]) is tuple else value for name, value in stored.items()
        }
        return cls(**values)


def class_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Different labels in index order: by value when all are whole numbers, else by character."""
    names = set(labels)
    if all(name.removeprefix("-").isdecimal() for name in names):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names))


def length_figures(texts: Sequence[str]) -> dict[str, float]:
    """Mean and quantiles of the number of characters."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    names = ("min", "p25", "p50", "p75", "p95", "max")
    quantiles = np.quantile(lengths, (0, 0.25, 0.5, 0.75, 0.95, 1))
    return {"mean": float(lengths.mean())} | {n: float(q) for n, q in zip(names, quantiles, strict=True)}


def is_formula(cell: str) -> bool:
    """True for a cell that a spreadsheet would run. Rule: OWASP, CSV Injection. Signed plain numbers are none."""
    if not cell.startswith(FORMULA_STARTS):
        return False
    return cell[0] not in "+-" or not SIGNED_NUMBER.fullmatch(cell)


def suspicious_texts(texts: Sequence[str]) -> dict[str, int]:
    """How many texts begin like a formula, hold U+FFFD, or hold control characters other than tab and line ends."""
    controls = set(map(chr, range(32))) - set("\t\r\n")
    return {
        "formula": sum(map(is_formula, texts)),
        "replacement": sum("\ufffd" in text for text in texts),
        "control": sum(not controls.isdisjoint(text) for text in texts),
    }


def count_classes(labels: Sequence[str], splits: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Rows of each class in each split, classes in index order, splits in the order train, validation, test."""
    counts = Counter(zip(splits, labels, strict=True))
    return {split: {name: counts[split, name] for name in names} for split in ("train", "validation", "test")}


def shorten(text: str) -> str:
    """The text cut to 300 characters, with an ellipsis when something was cut."""
    return text if len(text) <= EXAMPLE_CHARS else text[: EXAMPLE_CHARS - 1] + "…"
