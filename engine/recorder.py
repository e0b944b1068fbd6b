"""How a run tells the world what it does: events appended to one file that the worker tails.

An event is one JSON line with `kind` and `at` (seconds since the epoch). The kinds:

    metric      step, values {name: number}          a point of each series
    summary     split, name, value, low, high, n, baseline, quantiles     one final figure with its interval
    spend       phase, start, end                    wall seconds used, [start, end) since the epoch, never overlapping
    charge      key, model, input_tokens, cached_tokens, output_tokens, usd, grade, source     money of one answer of an
                API; usd is a decimal text. One key is one charge, however often it is told
    progress    fraction, template, values, left_seconds
    checkpoint  step                                 work up to and including this step survives a kill
    resume      step                                 metric points after this step are void and will be logged again
    artifact    name, path, sha256, bytes            path relative to the run folder
    facts       values                               plain facts of the run: peak_memory_mb, parameters, latency, ...
    note        template, values                     one log line
    end         state, error, reason                 complete, stopped or failed; the last event of an attempt
"""

import errno
import itertools
import json
import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import msgspec

from engine.errors import N_, ProspectusError, StoredFileError

EVENTS_FILE = "events.jsonl"
STOP_FILE = "stop"
DISK_FULL_EXIT = 28
READ_BYTES = 1 << 16
_DECODER = msgspec.json.Decoder()
PARENT_VARIABLE = "PROSPECTUS_PARENT_PID"
"""Set by the worker for its child: the process without which the run saves and stops."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval.

    `quantiles` are 101 equally spaced quantiles (0 to 100 %) of its bootstrap distribution, or empty.
    """

    value: float
    low: float
    high: float
    n: int = 0
    quantiles: tuple[float, ...] = field(default=(), repr=False)


class Recorder(Protocol):
    """What a recipe may tell. Calls are cheap and safe from any thread; none of them waits for the database."""

    def log(self, step: int, **values: float) -> None:
        """Add a point to each named series."""

    def summary(self, split: str, name: str, estimate: Estimate, baseline: float | None = None) -> None:
        """State a final figure; `baseline` is the naive model's value of the same measure on the same split."""

    def spend(self, phase: str, start: float, end: float) -> None:
        """Account for wall seconds from `start` to `end` (epoch)."""

    def charge(self, key: str, usd: Decimal, **about: Any) -> None:
        """Account for money that an API asks for one answer. `about`: model, tokens, grade and source, JSON values."""

    def charged(self) -> Mapping[str, Decimal]:
        """Money of every charge so far by its key, earlier attempts included."""

    def progress(self, fraction: float, template: str, *, left_seconds: float | None = None, **values: Any) -> None:
        """Say how far the run is (0 to 1) and what it is doing."""

    def checkpoint(self, step: int) -> None:
        """Say that everything up to `step` is safely on disk."""

    def resume(self, step: int) -> None:
        """Say that the run continues after `step`."""

    def artifact(self, name: str, path: Path) -> None:
        """Announce a finished file or folder inside the run folder."""

    def facts(self, **values: Any) -> None:
        """State plain facts, JSON values only; a later value replaces an earlier one of the same name."""

    def note(self, template: str, **values: Any) -> None:
        """Add a line to the run's log."""

    def stop_requested(self) -> str | None:
        """Why the run should save and stop now ("person", "shutdown", "budget"), or None."""


class FileRecorder:
    """The Recorder of a child process. One writer a file; every event is whole or absent.

    A line torn by a kill is removed when the next attempt opens the file: nobody has read it, as readers
    stop at the last newline.
    """

    def __init__(self, folder: Path, *, usd_per_hour: float = 0.0, budget_usd: float | None = None) -> None:
        self._folder = folder
        path = folder / EVENTS_FILE
        _drop_torn_line(path)
        before = [e for e, _ in read_events(path) if e["kind"] in ("spend", "charge")]
        spent = sum(e["end"] - e["start"] for e in before if e["kind"] == "spend")
        self._charges = {e["key"]: Decimal(e["usd"]) for e in before if e["kind"] == "charge"}
        self._charged_usd = float(sum(self._charges.values()))
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._usd_per_second = usd_per_hour / 3600
        self._budget = budget_usd
        self._spent_seconds = spent
        # A parent that died before this line would otherwise go unnoticed: it says in advance who it is.
        self._parent = int(os.environ.get(PARENT_VARIABLE) or os.getppid())

    def close(self) -> None:
        """Give the file back; nothing can be told afterwards."""
        os.close(self._fd)

    def _append(self, kind: str, **body: Any) -> None:
        line = json.dumps({"kind": kind, "at": time.time(), **body}, ensure_ascii=False, allow_nan=False) + "\n"
        data = line.encode()
        try:
            written = os.write(self._fd, data)
        except OSError as error:
            raise _disk_error(error, self._folder / EVENTS_FILE) from error
        if written != len(data):
            raise _disk_error(OSError(errno.ENOSPC, "short write"), self._folder / EVENTS_FILE)

    def log(self, step: int, **values: float) -> None:
        finite = {name: float(value) for name, value in values.items() if math.isfinite(value)}
        if finite:
            self._append("metric", step=step, values=finite)

    def summary(self, split: str, name: str, estimate: Estimate, baseline: float | None = None) -> None:
        self._append(
            "summary",
            split=split,
            name=name,
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            n=estimate.n,
            baseline=baseline,
            quantiles=list(estimate.quantiles),
        )

    def spend(self, phase: str, start: float, end: float) -> None:
        self._append("spend", phase=phase, start=start, end=end)
        self._spent_seconds += end - start

    def charge(self, key: str, usd: Decimal, **about: Any) -> None:
        self._append("charge", key=key, usd=str(usd), **about)
        if key not in self._charges:
            self._charges[key] = usd
            self._charged_usd += float(usd)

    def charged(self) -> Mapping[str, Decimal]:
        return dict(self._charges)

    def progress(self, fraction: float, template: str, *, left_seconds: float | None = None, **values: Any) -> None:
        self._append(
            "progress",
            fraction=min(1.0, max(0.0, fraction)),
            template=template,
            values=values,
            left_seconds=left_seconds,
        )

    def checkpoint(self, step: int) -> None:
        self._append("checkpoint", step=step)

    def resume(self, step: int) -> None:
        self._append("resume", step=step)

    def artifact(self, name: str, path: Path) -> None:
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        size = sum(p.stat().st_size for p in files)
        self._append("artifact", name=name, path=str(path.relative_to(self._folder)), bytes=size)

    def facts(self, **values: Any) -> None:
        self._append("facts", values=values)

    def note(self, template: str, **values: Any) -> None:
        self._append("note", template=template, values=values)

    def end(self, state: str, error: ProspectusError | None = None, reason: str | None = None) -> None:
        """Close the attempt: `complete`, `stopped` (with the reason that `stop_requested` gave) or `failed`."""
        self._append("end", state=state, error=error.as_dict() if error else None, reason=reason)

    def stop_requested(self) -> str | None:
        stop = self._folder / STOP_FILE
        if stop.exists():
            return stop.read_text().strip() or "person"
        if os.getppid() != self._parent:
            return "shutdown"
        if self._budget is not None and self._spent_usd() >= self._budget:
            return "budget"
        return None

    def _spent_usd(self) -> float:
        seconds: float = self._spent_seconds * self._usd_per_second
        return seconds + self._charged_usd


def request_stop(folder: Path, reason: str) -> None:
    """Ask the run in `folder` to save and stop; `reason` is "person", "shutdown" or "budget"."""
    (folder / STOP_FILE).write_text(reason)


def clear_stop(folder: Path) -> None:
    """Withdraw a request to stop."""
    (folder / STOP_FILE).unlink(missing_ok=True)


def read_events(path: Path, offset: int = 0) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield (event, offset after it) for every whole line from `offset` bytes on.

    Raises StoredFileError for a whole line that is no event, naming the file and the offset.
    """
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        while data := _whole_lines(fd, offset):
            lines = data[:-1].split(b"\n")
            offsets = list(itertools.accumulate((len(line) + 1 for line in lines), initial=offset))
            parsed = _parsed(data, len(lines))
            yield from _one_by_one(path, lines, offsets) if parsed is None else zip(parsed, offsets[1:], strict=True)
            offset = offsets[-1]
    finally:
        os.close(fd)


def _whole_lines(fd: int, offset: int) -> bytes:
    """The next lines, to the last newline in `READ_BYTES` or to the first one after it. A file object takes longer."""
    size = READ_BYTES
    while True:
        data = os.pread(fd, size, offset)
        end = data.rfind(b"\n") + 1
        if end or len(data) < size:
            return data[:end]
        size *= 2


def _parsed(data: bytes, lines: int) -> list[Any] | None:
    """The events of all lines, parsed at once, which takes a tenth of the time; None where one may be damaged."""
    if not (data.startswith(b"{") and data.endswith(b"}\n") and data.count(b"}\n{") == lines - 1):
        return None
    try:
        found: list[Any] = _DECODER.decode_lines(data)
        for event in found:
            event["kind"], event["at"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
    return found if len(found) == lines else None


def _one_by_one(path: Path, lines: Sequence[bytes], offsets: Sequence[int]) -> Iterator[tuple[Mapping[str, Any], int]]:
    """The events of lines of which one may be damaged: those before it come first."""
    for line, offset, after in zip(lines, offsets[:-1], offsets[1:], strict=True):
        try:
            event = json.loads(line)
            event["kind"], event["at"]
        except (ValueError, KeyError, TypeError) as error:
            raise StoredFileError(
                N_("{file} is damaged: the line at byte {offset} is no event."), file=path, offset=offset
            ) from error
        yield event, after


def _drop_torn_line(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        os.truncate(path, whole)


def _disk_error(error: OSError, path: Path) -> ProspectusError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path)
    return StoredFileError(N_("{file} cannot be written: {reason}."), file=path, reason=error.strerror or str(error))


class DiskFull(StoredFileError):
    """No space is left for what a run writes."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            N_("The disk is full: {file} could not be written."),
            file=path,
            kept=N_("Everything up to the last checkpoint is kept."),
            remedy=N_("Free some space, then resume the run."),
        )
