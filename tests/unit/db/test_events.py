"""Events become rows exactly once, however often and in whatever pieces they are sent."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.events import apply_events
from db.models import Artifact, CostEntry, MetricSummary, Run, RunNote
from db.money import price_seconds
from db.runs import claim_next, request_stop, requeue
from db.segments import read_series
from db.session import in_transaction, session_scope
from engine.errors import StoredFileError
from tests.rows import a_run, event, events_of_a_run, numbered, spend, summary

RATE_NANO = 23_000_000


def claimed(**given: Any) -> str:
    """The id of a run that a worker holds."""
    with session_scope() as session:
        run = a_run(session, **given)
        assert claim_next(session, "w", "local_cpu") is not None
        return run.id


def applied(run_id: str, events: list[Mapping[str, Any]], start: int = 0) -> Run:
    with session_scope() as session:
        return apply_events(session, run_id, numbered(events, start))


def series(run_id: str, name: str) -> list[tuple[int, float]]:
    with session_scope() as session:
        points = read_series(session, [run_id], [name])[run_id].get(name, {})
        return [(step, value) for step, (value, _at) in points.items()]


def everything(run_id: str) -> Any:
    """All that events can change, without times of writing."""
    with session_scope() as session:
        run = session.get_one(Run, run_id)
        fields = ("state", "event_offset", "progress", "progress_text", "left_seconds", "checkpoint_step", "seconds")
        more = ("cost_nano", "peak_memory_mb", "facts", "error", "stop_reason", "metered_until")
        tables: list[Any] = [read_series(session, [run_id])[run_id]]
        for model in (MetricSummary, CostEntry, Artifact, RunNote):
            columns = [c for c in model.__table__.columns if c.name not in ("id", "run_id")]
            rows = session.execute(select(*columns).where(model.run_id == run_id)).all()  # type: ignore[attr-defined]
            tables.append(sorted(map(repr, rows)))
        return [getattr(run, field) for field in fields + more], tables


def test_a_whole_run(database: str) -> None:
    run_id = claimed()
    run = applied(run_id, events_of_a_run(0.85))
    assert (run.state, run.progress, run.seconds, run.peak_memory_mb) == ("complete", 1.0, 60.0, 321.0)
    # 60 s at 0.023 USD an hour: 60 x 23,000,000 / 3600 = 383,333.3 nano-USD.
    assert run.cost_nano == 383_333
    assert series(run_id, "train.loss") == [(1, 0.7), (2, 0.5)]
    with session_scope() as session:
        found = session.get_one(MetricSummary, (run_id, "validation", "quality.f1_macro"))
        assert (found.value, len(found.quantiles)) == (0.85, 101)
        assert session.get_one(Artifact, (run_id, "artifact")).bytes == 2_500_000


def test_sending_events_again_does_nothing(database: str) -> None:
    run_id = claimed()
    events = events_of_a_run(0.85)
    applied(run_id, events)
    once = everything(run_id)
    applied(run_id, events)
    assert everything(run_id) == once


def test_a_resume_voids_later_points_and_keeps_money(database: str) -> None:
    run_id = claimed()
    steps = [event("metric", step=i, values={"train.loss": 1 / i}) for i in range(1, 6)]
    applied(run_id, [*steps, spend(0, 10), event("checkpoint", step=3)])
    again = [event("resume", step=3), event("metric", step=4, values={"train.loss": 9.0}), spend(20, 25)]
    run = applied(run_id, again, start=1000)
    assert series(run_id, "train.loss") == [(1, 1.0), (2, 0.5), (3, 1 / 3), (4, 9.0)]
    assert (run.seconds, run.checkpoint_step) == (15.0, 3)


def test_a_resume_within_one_batch_voids_points_that_are_not_written_yet(database: str) -> None:
    run_id = claimed()
    points = [event("metric", step=i, values={"a": float(i)}) for i in (1, 2, 3)]
    applied(run_id, [*points, event("resume", step=1), event("metric", step=2, values={"a": 20.0})])
    assert series(run_id, "a") == [(1, 1.0), (2, 20.0)]


def test_overlapping_seconds_count_once(database: str) -> None:
    run = applied(claimed(), [spend(100, 110), spend(105, 120), spend(90, 119), spend(120, 121)])
    assert run.seconds == 21.0


def test_another_attempt_begins_its_own_clock(database: str) -> None:
    run_id = claimed()
    applied(run_id, [spend(1000, 1010)])
    with session_scope() as session:
        requeue(session, run_id, states=("running",))
        claim_next(session, "w2", "local_cpu")
    run = applied(run_id, [spend(990, 1000)], start=10)
    assert run.seconds == 20.0
    with session_scope() as session:
        periods = session.scalars(select(CostEntry.period).order_by(CostEntry.id)).all()
    assert periods == ["attempt 1", "attempt 2"]


def test_money_is_rounded_once_for_each_entry(database: str) -> None:
    # 1,000 tenths of a second: rounded one by one they would be 1,000 x 639 = 639,000; together 638,889.
    run = applied(claimed(), [spend(i / 10, (i + 1) / 10) for i in range(1000)])
    assert run.seconds == pytest.approx(100.0)
    assert run.cost_nano == price_seconds(run.seconds, RATE_NANO) == 638_889


def test_progress_facts_and_notes(database: str) -> None:
    run_id = claimed()
    events = [
        event("progress", fraction=0.25, template="Epoch {n}", values={"n": 1}, left_seconds=9.0),
        event("facts", values={"threads": 1, "rows": {"train": 3}}),
        event("facts", values={"threads": 2}),
        event("note", template="Half of {n}", values={"n": 4}),
    ]
    run = applied(run_id, events)
    assert (run.progress, run.progress_text, run.left_seconds) == (
        0.25,
        {"template": "Epoch {n}", "values": {"n": 1}},
        9,
    )
    assert run.facts == {"threads": 2, "rows": {"train": 3}}


def test_a_failed_end_keeps_the_error(database: str) -> None:
    error = {"kind": "InputError", "template": "no", "kept": "", "remedy": "", "values": {}, "message": "no"}
    run = applied(claimed(), [event("end", state="failed", error=error, reason=None)])
    assert (run.state, run.error, run.progress) == ("failed", error, 0.0)


@pytest.mark.parametrize(
    ("asked", "told", "budget", "reason"),
    [
        (True, "shutdown", None, "person"),
        (False, "budget", None, "budget"),
        (False, None, 0.0001, "budget"),
        (False, None, None, "shutdown"),
    ],
)
def test_why_a_run_stopped(database: str, asked: bool, told: str | None, budget: float | None, reason: str) -> None:
    run_id = claimed(budget_usd=budget)
    if asked:
        with session_scope() as session:
            request_stop(session, run_id)
    run = applied(run_id, [spend(0, 100), event("end", state="stopped", error=None, reason=told)])
    assert (run.state, run.stop_reason) == ("stopped", reason)


def test_an_unknown_kind_is_refused_and_nothing_of_the_batch_stays(database: str) -> None:
    run_id = claimed()
    before = everything(run_id)
    with pytest.raises(StoredFileError, match="unknown kind “dance”"):
        applied(run_id, [spend(0, 1), event("dance")])
    assert everything(run_id) == before


def test_a_later_summary_replaces_the_earlier_one(database: str) -> None:
    run_id = claimed()
    applied(run_id, [summary("validation", "quality.f1_macro", 0.7), summary("validation", "quality.f1_macro", 0.8)])
    with session_scope() as session:
        assert session.get_one(MetricSummary, (run_id, "validation", "quality.f1_macro")).value == 0.8


class Killed(Exception):
    """The worker died before its transaction was committed."""


def life_of_a_child(attempts: list[tuple[int, int]]) -> list[Mapping[str, Any]]:
    """Events of attempts (steps done, newest checkpoint), each going on where the one before had a checkpoint."""
    events: list[Mapping[str, Any]] = []
    clock, done = 0.0, 0
    for steps, checkpoint in attempts:
        if events:
            events.append(event("resume", step=done))
            clock += 7.5
        for step in range(done + 1, done + steps + 1):
            events += [event("metric", step=step, values={"loss": step / 4}), spend(clock, clock + 0.3)]
            clock += 0.3
        done = min(done + checkpoint, done + steps)
        events.append(event("checkpoint", step=done))
    return events


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    attempts=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=4),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=8),
)
def test_kills_and_replays_change_nothing(
    database: str, attempts: list[tuple[int, int]], cuts: list[tuple[float, float, bool]]
) -> None:
    """Any slices of the file, sent in any order that reaches its end, some killed: as if sent once."""
    events = numbered(life_of_a_child(attempts))
    plain, torn = claimed(), claimed_beside()
    with session_scope() as session:
        apply_events(session, plain, events)
    for start, end, killed in [*cuts, (0.0, 1.0, False)]:
        reach = int(end * len(events))
        with session_scope() as session:
            offset = session.get_one(Run, torn).event_offset
        first = min(int(start * len(events)), sum(o <= offset for _, o in events))
        try:
            with session_scope() as session:
                apply_events(session, torn, events[first:reach])
                if killed:
                    raise Killed
        except Killed:
            pass
    assert everything(torn) == everything(plain)
    steps = [step for step, _ in series(torn, "loss")]
    assert steps == list(range(1, len(steps) + 1))
    spent = sum(e["end"] - e["start"] for e, _ in events if e["kind"] == "spend")
    with session_scope() as session:
        run = session.get_one(Run, torn)
        assert run.seconds == pytest.approx(spent)
        assert run.cost_nano == price_seconds(run.seconds, RATE_NANO)
        for run_id in (plain, torn):
            session.get_one(Run, run_id).state = "failed"


def claimed_beside() -> str:
    """A second run that is running, on another device."""
    with session_scope() as session:
        run = a_run(session, device="other_device")
        run.state, run.worker, run.attempt = "running", "w", 1
        return run.id


def test_two_workers_that_read_the_same_file_count_it_once(database: str) -> None:
    run_id = claimed()
    events = numbered([e for i in range(50) for e in (event("metric", step=i, values={"a": 1.0}), spend(i, i + 1))])

    def send(_number: int) -> None:
        in_transaction(lambda session: apply_events(session, run_id, events))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(12)))
    with session_scope() as session:
        assert session.get_one(Run, run_id).seconds == 50.0
