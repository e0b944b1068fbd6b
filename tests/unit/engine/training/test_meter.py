import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.recorder import EVENTS_FILE, FileRecorder, read_events, request_stop
from engine.training import meter as meters
from engine.training.meter import Meter


def _spends(folder: Path) -> list[tuple[str, float, float]]:
    events = [e for e, _ in read_events(folder / EVENTS_FILE)]
    return [(e["phase"], e["start"], e["end"]) for e in events if e["kind"] == "spend"]


def test_every_second_once_and_none_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "TICK_SECONDS", 0.05)
    started = time.time() - 2.5
    with Meter(FileRecorder(tmp_path), started) as meter:
        time.sleep(0.2)
        meter.phase("fit")
        time.sleep(0.2)
        meter.phase("serve")
        leaving = time.time()
    ended = time.time()
    spends = _spends(tmp_path)
    assert spends[0][1] == pytest.approx(started, abs=0.01)
    assert leaving <= spends[-1][2] <= ended
    assert all(a[2] == b[1] for a, b in itertools.pairwise(spends))
    assert max(end - start for _, start, end in spends) <= 1.0
    assert list(dict.fromkeys(phase for phase, _, _ in spends)) == ["setup", "fit", "serve"]
    assert meter.peak_memory_mb > 20


def test_the_budget_counts_the_metered_seconds(tmp_path: Path) -> None:
    recorder = FileRecorder(tmp_path, usd_per_hour=3600.0, budget_usd=5.0)
    with Meter(recorder, time.time() - 3.0):
        assert recorder.stop_requested() is None
    assert recorder.stop_requested() is None
    with Meter(recorder, time.time() - 3.0):
        pass
    assert recorder.stop_requested() == "budget"


ABANDONED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from engine.training import meter
from engine.recorder import FileRecorder
meter.ABANDONED_SECONDS, meter.TICK_SECONDS = 0.3, 0.05
with meter.Meter(FileRecorder(Path({folder!r})), time.time(), exits={exits}):
    time.sleep(1.5)
"""


@pytest.mark.parametrize(("exits", "code"), [(True, meters.ABANDONED_EXIT), (False, 0)])
def test_a_process_told_to_shut_down_ends(tmp_path: Path, exits: bool, code: int) -> None:
    request_stop(tmp_path, "shutdown")
    script = ABANDONED.format(root=str(Path.cwd()), folder=str(tmp_path), exits=exits)
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=30, env=dict(os.environ))
    assert done.returncode == code
