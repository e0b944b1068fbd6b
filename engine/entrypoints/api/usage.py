"""The meter of the model server: one line for each batch that was computed."""

import json
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.inference.batching import Batch
from engine.inference.files import writing
from engine.inference.hosted.account import Charge


class UsageLog:
    """Appends to `<home>/usage/<server start>-<pid>.jsonl`, created at the first batch. One writer a file.

    A line: kind "usage", at, run, requests (texts answered), start, end (seconds since the epoch), compute_seconds.
    And one for each answer that an API charged for: kind "charge", at, run, key, usd, and what the charge is about.
    `batches` counts the lines written. Lines of one server never overlap in time. A line is whole or absent, so a
    reader may stop at the last newline.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "usage" / f"{int(time.time())}-{os.getpid()}.jsonl"
        self._descriptor: int | None = None
        self._size = 0
        self.batches = 0
        self._lock = threading.Lock()

    def record(self, run: str, batch: Batch) -> None:
        """Add one batch. Raises DiskFull or StoredFileError when it cannot be written."""
        body = {
            "kind": "usage",
            "at": time.time(),
            "run": run,
            "requests": batch.texts,
            "start": batch.start,
            "end": batch.end,
            "compute_seconds": batch.compute_seconds,
        }
        self._write(body)
        self.batches += 1

    def charge(self, run: str, charge: Charge) -> None:
        """Add what an API charged for an answer. Raises DiskFull or StoredFileError."""
        about = {"key": charge.key, "usd": str(charge.usd), **charge.about()}
        self._write({"kind": "charge", "at": time.time(), "run": run, **about})

    def _write(self, body: Mapping[str, Any]) -> None:
        data = (json.dumps(body) + "\n").encode()
        with self._lock, writing(self.path):
            self._append(data)

    def _append(self, data: bytes) -> None:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            self._size = os.fstat(self._descriptor).st_size
        written = os.write(self._descriptor, data)
        if written != len(data):
            os.ftruncate(self._descriptor, self._size)
            raise OSError(28, "No space left on device")
        self._size += written

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
