"""The model server's usage becomes money once, whatever the file looks like when it is read."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import ApiCharge, CostEntry
from db.session import session_scope
from engine.entrypoints import usage
from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.usage import UsageLog
from engine.entrypoints.cli.predict import pay_from_usage
from engine.entrypoints.home import usage_folder
from engine.inference.hosted.client import Endpoint
from engine.inference.hosted.model import Remote, RemoteText, close_remote
from engine.inference.hosted.prices import Typed
from engine.inference.hosted.protocol import Ask
from tests.chat_server import KEY, Chat, chat_server
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


def a_remote(chat: Chat, folder: Path) -> RemoteText:
    """A model that asks the server, at one dollar a million tokens read and two written."""
    (folder / "prompt.json").write_text('{"messages": [{"role": "system", "content": "Say good or poor."}]}')
    endpoint = Endpoint(chat.url, Ask("m", 4), "PROSPECTUS_TEST_KEY")
    remote = Remote(endpoint, Typed(Decimal(1), Decimal(2)), 1, 1.0)
    return RemoteText(folder / "prompt.json", ("poor", "good"), 1, remote)


@pytest.mark.parametrize("caller", ["server", "command line"])
def test_what_an_api_charges_for_an_answer_reaches_the_ledger_once(
    run_id: str, caller: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROSPECTUS_TEST_KEY", KEY)
    with chat_server() as chat:
        model = a_remote(chat, tmp_path)
        if caller == "server":
            log = UsageLog(usage_folder().parent)
            room = {"threads": 1, "limit_bytes": 1, "on_batch": log.record, "on_charge": log.charge}
            library = ModelLibrary(usage_folder().parent, **room)  # type: ignore[arg-type]
            batcher = library._batcher(run_id, model)
            batcher.submit(["a great phone", "an awful film", "a great phone"]).result(60)
            batcher.close()
            library.close()
            log.close()
        else:
            pay_from_usage(model, run_id)
            model.predict(["a great phone", "an awful film", "a great phone"])
        close_remote(model)
    for _ in range(2):
        usage._read.clear()
        usage.commit_all(DEVICE)
    with session_scope() as session:
        charges = session.scalars(select(ApiCharge).where(ApiCharge.run_id == run_id)).all()
        (entry,) = session.scalars(select(CostEntry).where(CostEntry.run_id == run_id, CostEntry.phase == "api"))
        assert len(charges) == len(chat.bodies) == 2
        assert entry.usd_nano == sum(1000 * c.input_tokens + 2000 * c.output_tokens for c in charges) > 0
        assert (entry.category, entry.requests, entry.grade) == ("inference", 2, "assumed")


@pytest.mark.parametrize("wrong", [{"usd": "-1"}, {"usd": "much"}, {"grade": "sure"}, {"input_tokens": None}])
def test_a_charge_that_is_none_is_passed_over_and_said(
    run_id: str, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    told = {"kind": "charge", "at": NOON, "run": run_id, "key": "k", "usd": "0.1", "model": "m", "input_tokens": 1}
    told |= {"cached_tokens": 0, "output_tokens": 1, "grade": "quoted", "source": "a list"}
    written(json.dumps(told | wrong) + "\n" + line(run_id, NOON, 1.0))
    usage.commit_all(DEVICE)
    assert counted(run_id) == {"2026-06-01": (1.0, 1)}
    assert "no usage record" in caplog.text
