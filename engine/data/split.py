"""Divides labelled rows into train, validation and test: stratified and seeded."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from engine.errors import N_, DataError
from engine.spec import SPLITS, Split

FRACTIONS = (0.70, 0.15, 0.15)
MIN_ROWS_PER_CLASS = 3
"""One for each split."""


def split_rows(labels: Sequence[str], seed: int, fractions: tuple[float, float, float] = FRACTIONS) -> list[Split]:
    """Return the split of each row, so that every class keeps `fractions` as nearly as whole rows allow.

    Within each class, round(n * fraction), and at least one row, goes to validation and to test; the rest to train.
    Equal labels, seed and fractions give equal splits. Raises DataError naming the classes with fewer than three rows.
    """
    if len(fractions) != len(SPLITS) or min(fractions) <= 0 or abs(sum(fractions) - 1) > 1e-9:
        raise DataError(
            N_("Split fractions must be three positive numbers that add up to 1, not {given}."), given=fractions
        )
    refuse_rare(Counter(labels))
    return _drawn(labels, seed, fractions, frozenset())


def split_more(labels: Sequence[str], seed: int, known: Collection[str]) -> list[Split]:
    """Splits of rows that join others: the same seeded rule over the new rows alone, the old ones stay where they are.

    A class in `known` has rows in every split already, so few new ones may all go to train. Raises DataError naming
    the new classes with fewer than three rows.
    """
    refuse_rare(Counter(label for label in labels if label not in known))
    return _drawn(labels, seed, FRACTIONS, known)


def complete_splits(labels: Sequence[str], given: Sequence[Split], seed: int) -> list[Split]:
    """The given splits; of validation and test, what is missing is drawn from train by the same seeded rule.

    Raises DataError when a class has no row in a split then.
    """
    missing = [split for split in SPLITS[1:] if split not in given]
    splits = list(given)
    places = [place for place, split in enumerate(given) if split == SPLITS[0]]
    if missing:
        drawn = split_rows([labels[place] for place in places], seed)
        for place, split in zip(places, drawn, strict=True):
            splits[place] = split if split in missing else SPLITS[0]
    bare = bare_classes(labels, splits)
    if bare:
        raise DataError(
            N_("The file's own splits have no row of {classes}; every class needs one in each split."),
            classes=", ".join(f"“{label}” ({split})" for label, split in bare[:10]),
            remedy=N_("Let the rows be split anew, or add such rows to the file."),
        )
    return splits


def bare_classes(labels: Sequence[str], splits: Sequence[Split]) -> list[tuple[str, Split]]:
    """The classes without a row in a split, and which split."""
    held = set(zip(labels, splits, strict=True))
    return [(label, split) for label in sorted(set(labels)) for split in SPLITS if (label, split) not in held]


def _drawn(
    labels: Sequence[str], seed: int, fractions: tuple[float, float, float], known: Collection[str]
) -> list[Split]:
    members: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        members.setdefault(label, []).append(place)
    draws = np.random.default_rng(seed)
    splits: list[Split] = [SPLITS[0]] * len(labels)
    for label in sorted(members):
        rows = len(members[label])
        validation, test = (round(rows * f) for f in fractions[1:]) if label in known else _shares(rows, fractions)
        for rank, place in enumerate(draws.permutation(members[label])[: validation + test]):
            splits[place] = SPLITS[1] if rank < validation else SPLITS[2]
    return splits


def _shares(rows: int, fractions: tuple[float, float, float]) -> tuple[int, int]:
    """Rows of one class for validation and test; train keeps at least one."""
    validation, test = (max(1, round(rows * share)) for share in fractions[1:])
    while validation + test >= rows:
        validation, test = max(1, validation - 1), max(1, test - 1)
    return validation, test


def refuse_rare(counts: Mapping[str, int]) -> None:
    """Raise DataError when a class has too few rows for one in each split; lists up to ten such classes."""
    rare = {name: n for name, n in sorted(counts.items()) if n < MIN_ROWS_PER_CLASS}
    if not rare:
        return
    listed = ", ".join(f"“{name}” ({n})" for name, n in list(rare.items())[:10])
    raise DataError(
        N_(
            "Each class needs {minimum} different examples, one for each split. "
            "Classes with fewer ({count}): {classes}."
        ),
        minimum=MIN_ROWS_PER_CLASS,
        count=len(rare),
        classes=listed + (", …" if len(rare) > 10 else ""),
        remedy=N_("Add examples of these classes, merge them into others, or take their rows out of the file."),
    )
