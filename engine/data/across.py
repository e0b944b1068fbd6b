"""Takes repeats out of rows that have their splits already."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from engine.data.clean import Cleaned, Row, deduplicate, normalise
from engine.spec import Split

KEPT_FIRST: Mapping[Split, int] = {"test": 0, "validation": 1, "train": 2}
"""Of equal texts, the one that figures are computed on stays: a training row must not be its copy."""


def deduplicate_across(rows: Iterable[Row], splits: Sequence[Split]) -> tuple[Cleaned, list[Split]]:
    """Clean as in an import, but keep of a repeated text the copy in test, then validation, then train.

    Gives the rows that stay in the order given, and their splits. Row numbers must be different.
    """
    given = list(zip(rows, splits, strict=True))
    split_of = {row.line: split for row, split in given}
    cleaned = deduplicate(row for row, _ in sorted(given, key=lambda pair: KEPT_FIRST[pair[1]]))
    kept = {row.line: row for row in cleaned.kept}
    ordered = [kept[row.line] for row, _ in given if row.line in kept]
    return dataclasses.replace(cleaned, kept=ordered), [split_of[row.line] for row in ordered]


def count_crossing(rows: Iterable[Row], splits: Sequence[Split], kept: Sequence[Row], own: Sequence[Split]) -> int:
    """How many rows left because their text stays in another split."""
    stays = {normalise(row.text.strip()): split for row, split in zip(kept, own, strict=True)}
    return sum(
        stays.get(normalise(row.text.strip()), split) != split and bool(row.label.strip())
        for row, split in zip(rows, splits, strict=True)
    )
