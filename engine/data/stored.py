"""Prepared data sets on disk: rows, profile and a few test examples in a folder named after their fingerprint."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from engine.data.profile import Profile
from engine.errors import N_, StoredFileError
from engine.inference.files import inside
from engine.spec import SPLITS, Input, Split

ROWS_FILE = "rows.parquet"
UNLABELLED_FILE = "unlabelled.parquet"
PROFILE_FILE = "profile.json"
EXAMPLES_FILE = "test_examples.json"
COLUMN = "column:"
"""What the name of a further column begins with in the Parquet files."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A data set on disk."""

    fingerprint: str
    """sha256 over the kept texts, labels and splits."""
    file_sha256: str
    folder: Path
    profile: Profile
    already: bool
    """True when the same file, or another with the same kept rows, had been prepared before; nothing was written."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in index order."""
        return self.profile.labels

    @property
    def language(self) -> str:
        """BCP 47 primary subtag of most texts."""
        return self.profile.language

    @property
    def rows_per_split(self) -> dict[str, int]:
        """Rows in train, validation and test."""
        return self.profile.rows_per_split


class SplitRows(NamedTuple):
    """The rows of one split, three lists of equal length."""

    rows: list[int]
    inputs: list[Input]
    labels: list[str]


class Unlabelled(NamedTuple):
    """Rows that nobody labelled: lists of equal length."""

    rows: list[int]
    inputs: list[Input]
    columns: dict[str, list[str]]


def load_profile(folder: Path) -> Profile:
    """The profile of a prepared data set; raises StoredFileError when it is missing or damaged."""
    path = Path(folder) / PROFILE_FILE
    try:
        return Profile.from_dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error


def load_rows(folder: Path) -> dict[Split, SplitRows]:
    """Rows of a prepared data set by split, in file order. Raises StoredFileError for a missing or damaged file."""
    stored = read_stored(Path(folder) / ROWS_FILE, ("row", "text", "image", "label", "split"))
    found: dict[Split, SplitRows] = {split: SplitRows([], [], []) for split in SPLITS}
    for row, given, label, split in zip(
        stored["row"], _inputs(folder, stored), stored["label"], stored["split"], strict=True
    ):
        rows, inputs, labels = found[split]
        rows.append(row)
        inputs.append(given)
        labels.append(label)
    return found


def load_columns(folder: Path) -> dict[Split, dict[str, list[str]]]:
    """The further columns that were kept, by split and name, aligned with `load_rows`; cells are strings.

    An empty mapping for each split of a data set that kept none. Raises StoredFileError.
    """
    stored = read_stored(Path(folder) / ROWS_FILE, ("split",), columns=True)
    splits = stored.pop("split")
    return {
        split: {
            name.removeprefix(COLUMN): [cell for cell, own in zip(cells, splits, strict=True) if own == split]
            for name, cells in stored.items()
        }
        for split in SPLITS
    }


def load_unlabelled(folder: Path) -> Unlabelled:
    """Rows with an input and no label, in file order; none for a data set without such. Raises StoredFileError."""
    path = Path(folder) / UNLABELLED_FILE
    if not path.exists() and (Path(folder) / ROWS_FILE).exists():
        return Unlabelled([], [], {name: [] for name in load_profile(folder).columns})
    stored = read_stored(path, ("row", "text", "image"), columns=True)
    further = {name.removeprefix(COLUMN): cells for name, cells in stored.items() if name.startswith(COLUMN)}
    return Unlabelled(stored["row"], _inputs(folder, stored), further)


def read_stored(path: Path, names: Sequence[str], *, columns: bool = False) -> dict[str, list[Any]]:
    """Those of the named columns that are there, and with `columns` all further ones. Raises StoredFileError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Not pq.read_table: that loads the dataset machinery, 20 MB that the dashboard would keep.
        with pq.ParquetFile(path) as file:
            known = file.schema_arrow.names
            wanted = [name for name in known if name in names or (columns and name.startswith(COLUMN))]
            stored: dict[str, list[Any]] = file.read(wanted, use_threads=False).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error
    return stored


def _inputs(folder: Path, stored: Mapping[str, list[Any]]) -> list[Input]:
    if "image" not in stored:
        return stored["text"]
    return [inside(Path(folder), given) for given in stored["image"]]


def find_prepared(datasets: Path, wanted: Mapping[str, Any]) -> Prepared | None:
    """The data set whose profile has all these values. One that cannot be read is passed over: its page says so."""
    for path in sorted(datasets.glob(f"*/{PROFILE_FILE}")):
        if path.parent.name.startswith("."):
            continue
        try:
            profile = load_profile(path.parent)
        except StoredFileError:
            continue
        if all(getattr(profile, name) == value for name, value in wanted.items()):
            return Prepared(profile.fingerprint, profile.file_sha256, path.parent, profile, already=True)
    return None


def load_test_examples(folder: Path) -> dict[str, list[tuple[int, str]]]:
    """A few (row, text) of the test split by label, always the same ones, without reading the whole data set.

    Raises StoredFileError for a missing or damaged file.
    """
    path = Path(folder) / EXAMPLES_FILE
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {label: [(row, text) for row, text in found] for label, found in stored.items()}
    except (OSError, ValueError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error
