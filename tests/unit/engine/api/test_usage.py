"""Usage lines are whole or absent."""

import json
import os
from pathlib import Path

import pytest

from engine.entrypoints.api.usage import UsageLog
from engine.inference.batching import Batch
from engine.recorder import DiskFull, read_events


def test_a_line_is_an_event_that_the_worker_can_tail(tmp_path: Path) -> None:
    usage = UsageLog(tmp_path)
    assert not usage.path.exists()
    usage.record("r1", Batch(3, 100.0, 100.5, 0.5))
    usage.close()
    assert usage.path.parent == tmp_path / "usage"
    assert usage.path.stem.endswith(f"-{os.getpid()}")
    ((event, offset),) = read_events(usage.path)
    assert offset == usage.path.stat().st_size
    assert event.items() >= {"kind": "usage", "run": "r1", "requests": 3, "start": 100.0, "end": 100.5}.items()


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = UsageLog(tmp_path)
    usage.record("r1", Batch(1, 0.0, 1.0, 1.0))
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:10]))
    with pytest.raises(DiskFull):
        usage.record("r1", Batch(2, 1.0, 2.0, 1.0))
    monkeypatch.undo()
    usage.record("r1", Batch(3, 2.0, 3.0, 1.0))
    usage.close()
    assert [json.loads(line)["requests"] for line in usage.path.read_text().splitlines()] == [1, 3]
