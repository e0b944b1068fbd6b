"""The model server's usage becomes money once, whatever the file looks like when it is read."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import CostEntry
from db.session import session_scope
from engine.entrypoints import usage
from engine.entrypoints.home import usage_folder
from tests.rows import DEVICE, a_rate, a_run

NOON = 1_780_315_200.0
"""2026-06-01 12:00 UTC, seconds since the epoch."""
DAY = 86_400.0


@pytest.fixture
def run_id(database: str) -> str:
    usage._read.clear()
    with session_scope() as session:
        a_rate(session)
        return a_run(session).id


def line(run: str, start: float, seconds: float, requests: int = 1) -> str:
    body = {"kind": "usage", "at": start + seconds, "run": run, "requests": requests}
    return json.dumps({**body, "start": start, "end": start + seconds, "compute_seconds": seconds}) + "\n"


def written(text: str, name: str = "1-1.jsonl") -> Path:
    path = usage_folder() / name
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
    return path


def counted(run_id: str) -> dict[str, tuple[float, int]]:
    """(seconds, requests) by day."""
    with session_scope() as session:
        rows = session.scalars(
            select(CostEntry).where(CostEntry.run_id == run_id, CostEntry.category == "inference")
        ).all()
        return {row.period: (pytest.approx(row.seconds), row.requests) for row in rows}


def test_lines_are_counted_once_by_day(run_id: str) -> None:
    written(line(run_id, NOON, 0.25, 3) + line(run_id, NOON + 1, 0.5) + line(run_id, NOON + DAY, 1.0))
    usage.commit_all(DEVICE)
    usage._read.clear()  # as after a restart
    usage.commit_all(DEVICE)
    assert counted(run_id) == {"2026-06-01": (0.75, 4), "2026-06-02": (1.0, 1)}


def test_a_line_that_is_being_written_waits_for_its_end(run_id: str) -> None:
    whole, torn = line(run_id, NOON, 1.0), line(run_id, NOON + 2, 2.0)
    written(whole + torn[:30])
    usage.commit_all(DEVICE)
    assert counted(run_id) == {"2026-06-01": (1.0, 1)}
    written(torn[30:])
    usage.commit_all(DEVICE)
    assert counted(run_id) == {"2026-06-01": (3.0, 2)}


def test_what_is_no_record_keeps_nothing_else_from_being_counted(run_id: str) -> None:
    written(
        "this is nothing\n" + json.dumps({"run": run_id}) + "\n" + line(run_id, NOON, 1.0) + line("gone", NOON, 1.0)
    )
    written(line(run_id, NOON + 5, 1.0), name="2-1.jsonl")
    usage.commit_all(DEVICE)
    assert counted(run_id) == {"2026-06-01": (2.0, 2)}


def test_usage_of_a_day_without_a_rate_waits(run_id: str, caplog: pytest.LogCaptureFixture) -> None:
    written(line(run_id, DAY * 365, 1.0))  # 1971
    usage.commit_all(DEVICE)
    assert counted(run_id) == {}
    assert "No rate" in caplog.text


def test_a_long_file_is_read_in_parts(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "CHUNK_BYTES", 1000)
    written("".join(line(run_id, NOON + n, 0.5) for n in range(50)))
    for _ in range(50):
        usage.commit_all(DEVICE)
    assert counted(run_id) == {"2026-06-01": (25.0, 50)}
