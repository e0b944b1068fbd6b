"""The child that prepares: real processes, real limits."""

import csv
import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.data.apart import prepared_from, preview_from, run, run_apart
from engine.data.prepare import prepare, preview
from engine.errors import DataError, Marked, ProspectusError


def table(path: Path, count: int) -> Path:
    with path.open("w", newline="") as file:
        rows = ((f"row {i} with quite some more words in it", f"class {i % 3}") for i in range(count))
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def wishes(path: Path, home: Path) -> dict[str, str]:
    return {"path": str(path), "home": str(home), "text_column": "text", "label_column": "label", "name": "n"}


def test_what_the_child_prepares_is_the_same(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.csv", 60)
    seen: list[tuple[float, str]] = []
    apart = prepared_from(run_apart("prepare", wishes(path, tmp_path / "a"), lambda *stage: seen.append(stage)))
    here = prepared_from(run("prepare", wishes(path, tmp_path / "b"), here=True))
    direct = prepare(path, "text", "label", tmp_path / "c", name="n")
    assert apart.profile == here.profile == direct.profile
    assert [share for share, _ in seen] == [0.0, 0.3, 0.6, 0.9]
    assert seen[0][1] == "Reading the file"
    assert preview_from(run_apart("preview", {"path": str(path)})) == preview(path)


def test_its_errors_come_back_whole(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.csv", 60)
    with pytest.raises(DataError) as caught:
        run_apart("prepare", wishes(path, tmp_path) | {"text_column": "nowhere"})
    assert str(caught.value) == "There is no column “nowhere”. The file has: text, label."
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError) as caught:
        run_apart("preview", {"path": str(path)})
    assert isinstance(caught.value.values["reason"], Marked)


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROSPECTUS_PREPARE_MB", "200")
    with pytest.raises(DataError, match=r"needs more memory than allowed \(200 MB\)"):
        run_apart("preview", {"path": str(table(tmp_path / "rows.csv", 300_000))})


def test_a_child_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ProspectusError, match=r"without an answer \(exit code 1\)"):
        run_apart("preview", {"path": "x"})


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    """The parent is killed while its child reads a large file."""
    path = table(tmp_path / "rows.csv", 400_000)
    program = f"from engine.data.apart import run_apart; run_apart('preview', {{'path': {str(path)!r}}})"
    parent = psutil.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 60
    while not (children := parent.children()) and time.monotonic() < deadline:
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    assert len(psutil.wait_procs(children, timeout=30)[0]) == 1


STUCK = """
import ctypes
from engine.data import prepare_child

def stuck(path):
    prepare_child._bound(600)
    kept = []
    try:
        while True:
            kept.append(bytearray(8 << 20))
    except MemoryError:
        open(path, "w").close()
        ctypes.PyDLL(None).sleep(600)  # in C with the interpreter held: no other thread of it runs

prepare_child._watch = lambda: None  # it would end this process for its memory before it is stuck
prepare_child.VERBS["preview"] = stuck
prepare_child.main()
"""


def test_a_child_stuck_in_c_at_its_memory_limit_ends_with_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROSPECTUS_PREPARE_MB", "300")
    (tmp_path / "stuck.py").write_text(STUCK)
    (tmp_path / "python").write_text(f"#!/bin/sh\nexec {sys.executable} {tmp_path / 'stuck.py'}\n")
    (tmp_path / "python").chmod(0o755)
    reached = tmp_path / "reached"
    program = (
        f"import sys; sys.executable = {str(tmp_path / 'python')!r}; from engine.data.apart import run_apart; "
        f"run_apart('preview', {{'path': {str(reached)!r}}})"
    )
    parent = psutil.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    deadline = time.monotonic() + 60
    while not reached.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    children = parent.children()
    parent.kill()
    parent.wait()
    assert reached.exists() and len(children) == 1
    assert len(psutil.wait_procs(children, timeout=30)[0]) == 1


def test_the_parent_stays_small(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.csv", 30_000)
    run_apart("preview", {"path": str(table(tmp_path / "small.csv", 60))})
    before = psutil.Process().memory_info().rss
    assert prepared_from(run_apart("prepare", wishes(path, tmp_path))).profile.used == 30_000
    assert psutil.Process().memory_info().rss - before < 3_000_000
