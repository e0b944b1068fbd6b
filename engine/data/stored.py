"""Prepared data sets on disk: rows, profile and a few test examples in a folder named after their fingerprint."""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from engine.data.clean import Row
from engine.data.profile import Profile
from engine.errors import N_, StoredFileError
from engine.inference.files import inside
from engine.spec import SPLITS, Input, Split

ROWS_FILE = "rows.parquet"
PROFILE_FILE = "profile.json"
EXAMPLES_FILE = "test_examples.json"
TEST_EXAMPLES = 5
"""Examples of each label kept aside for demos."""


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


def load_profile(folder: Path) -> Profile:
    """The profile of a prepared data set; raises StoredFileError when it is missing or damaged."""
    path = Path(folder) / PROFILE_FILE
    try:
        return Profile.from_dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error


def load_rows(folder: Path) -> dict[Split, SplitRows]:
    """Rows of a prepared data set by split, in file order. Raises StoredFileError for a missing or damaged file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(folder) / ROWS_FILE
    try:
        # Not pq.read_table: that loads the dataset machinery, 20 MB that the dashboard would keep.
        with pq.ParquetFile(path) as file:
            kind = "image" if "image" in file.schema_arrow.names else "text"
            stored = file.read(["row", kind, "label", "split"], use_threads=False).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=str(path), reason=str(error)) from error
    found: dict[Split, SplitRows] = {split: SplitRows([], [], []) for split in SPLITS}
    for row, given, label, split in zip(*(stored[k] for k in ("row", kind, "label", "split")), strict=True):
        rows, inputs, labels = found[split]
        rows.append(row)
        inputs.append(inside(Path(folder), given) if kind == "image" else given)
        labels.append(label)
    return found


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


def store_prepared(folder: Path, rows: Sequence[Row], splits: Sequence[Split], profile: Profile) -> Prepared:
    """Write rows and profile; the folder appears whole or not at all. Raises StoredFileError when the disk refuses."""
    already = False
    with _partial(folder.parent) as partial:
        _write_rows(partial / ROWS_FILE, rows, splits)
        _write_examples(partial / EXAMPLES_FILE, rows, splits)
        (partial / PROFILE_FILE).write_text(json.dumps(profile.as_dict(), ensure_ascii=False, indent=1), "utf-8")
        for path in partial.iterdir():
            _flush(path)
        try:
            partial.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            already, profile = True, load_profile(folder)  # somebody else prepared the same rows meanwhile
    _flush(folder.parent)
    return Prepared(profile.fingerprint, profile.file_sha256, folder, profile, already)


def _write_examples(path: Path, rows: Sequence[Row], splits: Sequence[Split]) -> None:
    by_label: dict[str, list[Row]] = defaultdict(list)
    for row, split in zip(rows, splits, strict=True):
        if split == "test":
            by_label[row.label].append(row)
    chosen = {
        label: sorted(found, key=lambda r: hashlib.sha256(r.text.encode()).digest())[:TEST_EXAMPLES]
        for label, found in sorted(by_label.items())
    }
    stored = {label: [[row.line, row.text] for row in found] for label, found in chosen.items()}
    path.write_text(json.dumps(stored, ensure_ascii=False), "utf-8")


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


def _write_rows(path: Path, rows: Sequence[Row], splits: Sequence[Split]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "row": pa.array([row.line for row in rows], pa.int64()),
        "text": pa.array([row.text for row in rows], pa.string()),
        "label": pa.array([row.label for row in rows], pa.string()),
        "split": pa.array(splits, pa.string()),
    }
    pq.write_table(pa.table(columns), path, compression="zstd")


@contextmanager
def _partial(datasets: Path) -> Iterator[Path]:
    """A folder of our own beside the finished ones, gone afterwards unless it was renamed."""
    try:
        datasets.mkdir(parents=True, exist_ok=True)
        _sweep(datasets)
        folder = datasets / f".partial-{uuid.uuid4().hex}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise StoredFileError(
            N_("The prepared data could not be written to {folder}: {reason}."),
            kept=N_("The file you brought and all earlier data sets are unchanged."),
            folder=str(datasets),
            reason=error.strerror or str(error),
        ) from error


def _sweep(datasets: Path) -> None:
    """Remove what a killed process left half written more than a day ago."""
    for left in datasets.glob(".partial-*"):
        if left.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(left, ignore_errors=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
