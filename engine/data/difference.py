"""What differs between two versions of a data set."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.data.clean import Row, normalise
from engine.data.content import Content, load_content
from engine.data.profile import class_names, shorten

SHOWN = 20
"""Examples of each kind of change."""
CONTEXT_CHARS = 30
"""Of a reworded text, what is shown before its first difference."""
Change = Literal["added", "removed", "relabelled", "reworded"]
CHANGES: tuple[Change, ...] = ("added", "removed", "relabelled", "reworded")


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row as it was and as it is; what is not there is empty. Texts are cut to 300 characters."""

    change: Change
    row: int
    split: str
    """Where it is now, else where it was."""
    before: str
    after: str
    label_before: str
    label_after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Counts over all labelled rows, and a few of them."""

    counts: Mapping[Change, int]
    """A row that is relabelled and reworded counts in both."""
    classes: Mapping[str, tuple[int, int]]
    """Rows of each class before and after, over all splits."""
    splits: Mapping[str, tuple[int, int]]
    """Rows of each split before and after."""
    examples: tuple[ChangedRow, ...]

    @property
    def equal(self) -> bool:
        """Whether the labelled rows are the same."""
        return not any(self.counts.values())


def difference(before: Path, after: Path, *, related: bool) -> Difference:
    """Compare two prepared data sets. Raises StoredFileError.

    `related`: one was made from the other, so that equal row numbers mean the same row; else equal texts do.
    """
    old, new = load_content(before), load_content(after)
    was, now = _keyed(old, related), _keyed(new, related)
    found = [_changed("removed", was[key], None) for key in was if key not in now]
    found += [_changed("added", None, now[key]) for key in now if key not in was]
    for key in was.keys() & now.keys():
        (row, _), (twin, _) = was[key], now[key]
        if row.label != twin.label:
            found.append(_changed("relabelled", was[key], now[key]))
        if row.text != twin.text:
            found.append(_changed("reworded", was[key], now[key]))
    counts = Counter(row.change for row in found)
    return Difference(
        {change: counts[change] for change in CHANGES},
        _pairs([row.label for row in old.rows], [row.label for row in new.rows]),
        _pairs(old.splits, new.splits),
        tuple(row for change in CHANGES for row in _first(found, change)),
    )


def _keyed(content: Content, related: bool) -> dict[int | str, tuple[Row, str]]:
    return {
        row.line if related else normalise(row.text): (row, split)
        for row, split in zip(content.rows, content.splits, strict=True)
    }


def _changed(change: Change, was: tuple[Row, str] | None, now: tuple[Row, str] | None) -> ChangedRow:
    row, split = now or was or (None, "")
    assert row is not None
    before, after = was[0].text if was else "", now[0].text if now else ""
    start = _start(before, after) if change == "reworded" else 0
    return ChangedRow(
        change,
        row.line,
        split,
        _from(before, start),
        _from(after, start),
        was[0].label if was else "",
        now[0].label if now else "",
    )


def _start(before: str, after: str) -> int:
    """Where to begin, so that the first difference is seen."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (was, now) in pairs if was != now), min(len(before), len(after)))
    return max(0, same - CONTEXT_CHARS) if same > 2 * CONTEXT_CHARS else 0


def _from(text: str, start: int) -> str:
    return shorten(("…" if start else "") + text[start:])


def _first(found: Sequence[ChangedRow], change: Change) -> list[ChangedRow]:
    return sorted((row for row in found if row.change == change), key=lambda row: row.row)[:SHOWN]


def _pairs(before: Sequence[str], after: Sequence[str]) -> dict[str, tuple[int, int]]:
    was, now = Counter(before), Counter(after)
    return {name: (was[name], now[name]) for name in class_names([*was, *now])}
