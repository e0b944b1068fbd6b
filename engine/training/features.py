"""What the frozen lower part of a model makes of each row: computed once, kept on disk, read where it is needed.

    <cache>/lower_layers/<key>/features.bin   one row after the other, in order of their places
    <cache>/lower_layers/<key>.partial/       being filled; `done` counts the batches that are on the disk

The key names everything that decides the numbers: weights, cut, rows, lengths, precision. A computation that is cut
off goes on with the next batch. The folder is kept within a bound; what was used longest ago goes first.
"""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.inference.files import writing
from engine.recorder import Recorder
from engine.spec import Input
from engine.training.modality import Halves, Learner, Row
from engine.training.plan import Precision
from engine.training.stop import StopRun, obey_stop

FOLDER = "lower_layers"
FEATURES_FILE, DONE_FILE = "features.bin", "done"
BATCH = 32
WAIT_SECONDS = 0.5
KEEP_SECONDS = 2.0
"""What a kill costs at most."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the features of each row stand in the file."""

    kind: Any
    """NumPy's type of a number: float32, or float16 for a training in bfloat16, which is coarser."""
    shapes: Sequence[tuple[int, ...]]
    starts: NDArray[np.int64]

    @property
    def bytes(self) -> int:
        """Of all of them."""
        return int(self.starts[-1]) * int(self.kind.itemsize)


@dataclass(frozen=True, slots=True)
class Features:
    """Features of all rows, mapped from disk."""

    numbers: NDArray[Any]
    layout: Layout

    def __getitem__(self, place: int) -> NDArray[Any]:
        """One row's, in its shape."""
        starts = self.layout.starts
        return self.numbers[starts[place] : starts[place + 1]].reshape(self.layout.shapes[place])


def layout_of(halves: Halves, rows: Sequence[Row], precision: Precision) -> Layout:
    """The layout for some rows."""
    shapes = [halves.shape(row) for row in rows]
    starts = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)], dtype=np.int64)
    return Layout(np.dtype(np.float32 if precision == "fp32" else np.float16), shapes, starts)


@dataclass(frozen=True, slots=True)
class Store:
    """Where features are kept."""

    cache: Path
    limit_bytes: int
    recorder: Recorder

    def features(
        self, learner: Learner, halves: Halves, rows: Sequence[Row], key: str, precision: Precision
    ) -> Features:
        """Read them, after computing what is missing. `key` is from `key_of`.

        Raises InputError when they take more than the bound, StopRun when asked to stop, DiskFull.
        """
        layout = layout_of(halves, rows, precision)
        folder = self.cache / FOLDER / key
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.with_name(f"{key}.lock"), self.recorder):
            if not folder.is_dir():
                self._make_room(layout.bytes, keep=key)
                partial = folder.with_name(f"{key}.partial")
                partial.mkdir(exist_ok=True)
                with writing(partial / FEATURES_FILE):
                    self._compute(partial, layout, learner, halves, rows)
                (partial / DONE_FILE).unlink(missing_ok=True)
                partial.rename(folder)
            os.utime(folder)
        # Mapped as a private copy: PyTorch takes no memory that it could not write to.
        return Features(np.memmap(folder / FEATURES_FILE, dtype=layout.kind, mode="c"), layout)

    def _compute(self, partial: Path, layout: Layout, learner: Learner, halves: Halves, rows: Sequence[Row]) -> None:
        lengths = learner.lengths(rows)
        order = sorted(range(len(rows)), key=lengths.__getitem__)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        target = _open(partial / FEATURES_FILE, layout)
        first, kept = _done(partial), time.monotonic()
        for number in range(first, len(batches)):
            chosen = batches[number]
            for place, values in zip(chosen, _lower(learner, halves, [rows[i] for i in chosen], layout), strict=True):
                target[layout.starts[place] : layout.starts[place + 1]] = values
            stop = self.recorder.stop_requested()
            if stop or time.monotonic() - kept > KEEP_SECONDS or number + 1 == len(batches):
                target.flush()
                (partial / DONE_FILE).write_text(str(number + 1))
                kept = time.monotonic()
                self._tell(number + 1, len(batches))
            if stop:
                raise StopRun(stop)

    def _tell(self, done: int, total: int) -> None:
        self.recorder.progress(
            0.0, N_("Computing the frozen layers once: {done} of {total} batches"), done=done, total=total
        )

    def _make_room(self, needed: int, keep: str) -> None:
        """Drop what was used longest ago until the needed bytes are within the bound."""
        if needed > self.limit_bytes:
            raise InputError(
                N_("The output of the frozen layers would take {needed} MB on disk, and {limit} MB are allowed."),
                needed=-(-needed // 10**6),
                limit=self.limit_bytes // 10**6,
                kept=N_("Nothing was computed, and nothing is lost."),
                remedy=N_("Allow more, take fewer rows or shorter texts, or train with full or lora."),
            )
        known = [p for p in (self.cache / FOLDER).iterdir() if p.is_dir() and p.name.partition(".")[0] != keep]
        sizes = {p: sum(f.stat().st_size for f in p.iterdir()) for p in known}
        for old in sorted(known, key=lambda p: p.stat().st_mtime):
            if sum(sizes.values()) + needed <= self.limit_bytes:
                return
            shutil.rmtree(old, ignore_errors=True)  # who has it mapped keeps it until the end
            del sizes[old]


def key_of(learner: Learner, depth: int, inputs: Sequence[Input], lengths: Sequence[int], precision: Precision) -> str:
    """Names everything that decides the features."""
    digest = hashlib.sha256()
    facts: Mapping[str, Any] = {
        "base": learner.description["sha256"],
        "name": learner.description["name"],
        "depth": depth,
        "precision": precision,
        "batch": BATCH,
        "lengths": list(lengths),
    }
    digest.update(json.dumps(facts).encode())
    for value in inputs:
        content = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _lower(learner: Learner, halves: Halves, rows: Sequence[Row], layout: Layout) -> Iterator[NDArray[Any]]:
    """The features of some rows, flat and without padding."""
    import torch

    batch = {name: value for name, value in learner.collate(rows).items() if name != "labels"}
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=layout.kind == np.float16):
        found = halves.lower(**batch).float().numpy()
    for row, values in zip(rows, found, strict=True):
        with np.errstate(over="ignore"):  # looked at in the next line
            cut = values[tuple(slice(0, size) for size in halves.shape(row))].astype(layout.kind)
        if not np.isfinite(cut).all():
            raise InputError(
                N_("The frozen layers of {model} give numbers beyond what 16 bits hold."),
                model=learner.description["name"],
                remedy=N_("Set the precision to fp32."),
            )
        yield cut.ravel()


def _open(path: Path, layout: Layout) -> Any:
    if not path.is_file() or path.stat().st_size != layout.bytes:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, layout.bytes)  # a full disk is met here, not in writing to the map
        path.with_name(DONE_FILE).unlink(missing_ok=True)
    return np.memmap(path, dtype=layout.kind, mode="r+")


def _done(partial: Path) -> int:
    path = partial / DONE_FILE
    text = path.read_text() if path.is_file() else ""
    return int(text) if text.isdecimal() else 0


@contextmanager
def _alone(path: Path, recorder: Recorder) -> Iterator[None]:
    """Hold a lock that the system frees when this process ends; wait for whoever has it."""
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                obey_stop(recorder)
                time.sleep(WAIT_SECONDS)
        yield
