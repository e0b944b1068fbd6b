"""What a run should take, and when a waiting one should start."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db import views
from db.base import now
from db.models import Dataset
from db.runs import claim_next, worker_heartbeat
from db.session import session_scope
from tests.rows import a_complete_run, a_dataset, a_run


def of_rows(session: Session, name: str, rows: int) -> Dataset:
    dataset = a_dataset(session, name)
    dataset.rows_train = rows
    return dataset


def test_the_first_of_its_kind_has_no_estimate(database: str) -> None:
    with session_scope() as session:
        assert a_run(session).estimate_seconds is None
        a_complete_run(session, recipe="few_shot")
        assert a_run(session, recipe="lora").estimate_seconds is None


def test_an_estimate_is_the_median_of_seconds_a_training_row(database: str) -> None:
    with session_scope() as session:
        small, large = of_rows(session, "small", 100), of_rows(session, "large", 500)
        for seconds, dataset in ((50.0, small), (100.0, small), (1000.0, large)):  # 0.5, 1 and 2 a row
            a_complete_run(session, None, dataset, seconds=seconds, config={"rank": 4})
        assert a_run(session, None, large, config={"rank": 16}).estimate_seconds == pytest.approx(500.0)


def test_runs_with_the_same_settings_speak_alone(database: str) -> None:
    with session_scope() as session:
        dataset = of_rows(session, "small", 100)
        a_complete_run(session, None, dataset, seconds=50.0, config={"epochs": 1})
        for seconds in (300.0, 320.0):
            a_complete_run(session, None, dataset, seconds=seconds, config={"epochs": 6})
        assert a_run(session, None, dataset, config={"epochs": 1}).estimate_seconds == pytest.approx(50.0)


def test_waiting_runs_start_one_after_the_other(database: str) -> None:
    with session_scope() as session:
        worker_heartbeat(session, "w")
        live, first, second, third = (a_run(session) for _ in range(4))
        claim_next(session, "w", "local_cpu")
        live.left_seconds, live.heartbeat_at = 30.0, now() - timedelta(seconds=10)
        first.estimate_seconds, second.estimate_seconds = 60.0, 40.0
        first.progress = 0.5  # it goes on from a checkpoint
        session.flush()
        waiting = views.queue(session)
        assert [(w.row.id, w.place) for w in waiting] == [(first.id, 1), (second.id, 2), (third.id, 3)]
        assert [w.starts_in_seconds for w in waiting] == pytest.approx([20.0, 50.0, 90.0], abs=0.5)


def test_behind_what_says_nothing_of_its_end_the_start_is_unknown(database: str) -> None:
    with session_scope() as session:
        worker_heartbeat(session, "w")
        live, first = a_run(session), a_run(session)
        claim_next(session, "w", "local_cpu")
        assert [w.starts_in_seconds for w in views.queue(session)] == [None]
        live.estimate_seconds, live.started_at = 100.0, now() - timedelta(seconds=40)
        first.estimate_seconds = None
        behind = a_run(session)
        session.flush()
        starts = [w.starts_in_seconds for w in views.queue(session)]
        assert starts == [pytest.approx(60.0, abs=0.5), None] and behind.priority == 0
        live.started_at = now() - timedelta(seconds=150)  # over its estimate: it says nothing any more
        session.flush()
        assert views.queue(session)[0].starts_in_seconds is None


def test_without_a_worker_nothing_starts_and_another_device_waits_for_nobody(database: str) -> None:
    with session_scope() as session:
        a_run(session)
        assert views.queue(session)[0].starts_in_seconds is None
        worker_heartbeat(session, "w")
        claim_next(session, "w", "local_cpu")
        a_run(session), a_run(session, device="other_device")
        assert [w.starts_in_seconds for w in views.queue(session)] == [None, 0.0]
