"""Writes a prepared data set into a folder that appears whole or not at all."""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.data.clean import Row
from engine.data.content import Content
from engine.data.profile import Profile
from engine.data.stored import (
    COLUMN,
    EXAMPLES_FILE,
    PROFILE_FILE,
    ROWS_FILE,
    UNLABELLED_FILE,
    Prepared,
    load_profile,
)
from engine.errors import N_, StoredFileError

TEST_EXAMPLES = 5
"""Examples of each label kept aside for demos."""


def store_prepared(
    folder: Path, content: Content, profile: Profile, fill: Callable[[Path], object] | None = None
) -> Prepared:
    """Write rows and profile; `fill` puts further files (pictures) into the folder before it appears.

    Raises StoredFileError when the disk refuses.
    """
    already = False
    with _partial(folder.parent) as partial:
        if fill is not None:
            fill(partial)
        _write_rows(partial / ROWS_FILE, content)
        if content.unlabelled:
            _write_unlabelled(partial / UNLABELLED_FILE, content)
        _write_examples(partial / EXAMPLES_FILE, content)
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


def _write_examples(path: Path, content: Content) -> None:
    by_label: dict[str, list[Row]] = defaultdict(list)
    for row, split in zip(content.rows, content.splits, strict=True):
        if split == "test":
            by_label[row.label].append(row)
    chosen = {
        label: sorted(found, key=lambda r: hashlib.sha256(r.text.encode()).digest())[:TEST_EXAMPLES]
        for label, found in sorted(by_label.items())
    }
    stored = {label: [[row.line, row.text] for row in found] for label, found in chosen.items()}
    path.write_text(json.dumps(stored, ensure_ascii=False), "utf-8")


def _write_rows(path: Path, content: Content) -> None:
    labelled: dict[str, list[Any]] = {"label": [row.label for row in content.rows], "split": list(content.splits)}
    _write(path, content, content.rows, labelled)


def _write_unlabelled(path: Path, content: Content) -> None:
    _write(path, content, content.unlabelled, {})


def _write(path: Path, content: Content, rows: Sequence[Row], more: dict[str, list[Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = {content.kind: [row.text for row in rows]} | more
    texts |= {COLUMN + name: [row.extra[place] for row in rows] for place, name in enumerate(content.columns)}
    columns = {"row": pa.array([row.line for row in rows], pa.int64())}
    columns |= {name: pa.array(cells, pa.string()) for name, cells in texts.items()}
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
