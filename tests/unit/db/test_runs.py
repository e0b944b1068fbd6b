"""The queue: claims, heartbeats, stops, and runs queued again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db import runs
from db.base import now
from db.models import Experiment, Run, RunNote
from db.session import in_transaction, session_scope
from engine.errors import StateError, UnknownName
from tests.rows import a_complete_run, a_dataset, a_product, a_rate, a_run


def test_runs_of_one_idea_and_data_set_share_an_experiment(database: str) -> None:
    with session_scope() as session:
        product, dataset = a_product(session), a_dataset(session)
        first, second = a_run(session, product, dataset), a_run(session, product, dataset)
        alone, also_alone = a_run(session, None, dataset), a_run(session, None, dataset)
        other = a_run(session, product, a_dataset(session, "other"))
        assert first.experiment_id == second.experiment_id
        assert alone.experiment_id == also_alone.experiment_id
        assert len({first.experiment_id, alone.experiment_id, other.experiment_id}) == 3
        assert session.get_one(Experiment, first.experiment_id).name == "Review insight"


def test_a_claim_takes_the_lowest_priority_number_then_the_oldest(database: str) -> None:
    with session_scope() as session:
        late = a_run(session)
        early = a_run(session)
        early.queued_at = late.queued_at - timedelta(seconds=5)
        urgent = a_run(session, priority=-1)
        for expected in (urgent, early, late):
            claimed = runs.claim_next(session, "w", "local_cpu")
            assert claimed is not None and claimed.id == expected.id
            assert (claimed.state, claimed.worker, claimed.attempt) == ("running", "w", 1)
            assert runs.finish(session, claimed.id, "w", "failed")


def test_one_run_at_a_time_on_a_device(database: str) -> None:
    with session_scope() as session:
        a_run(session), a_run(session)
        elsewhere = a_run(session, device="other_device")
        assert runs.claim_next(session, "w", "local_cpu") is not None
        assert runs.claim_next(session, "w2", "local_cpu") is None
        claimed = runs.claim_next(session, "w2", "other_device")
        assert claimed is not None and claimed.id == elsewhere.id


def test_of_many_workers_one_gets_the_run(database: str) -> None:
    with session_scope() as session:
        run_id = a_run(session).id

    def claim(number: int) -> str | None:
        taken = in_transaction(lambda session: runs.claim_next(session, f"w{number}", "local_cpu"))
        return taken.worker if taken else None

    with ThreadPoolExecutor(8) as pool:
        winners = [winner for winner in pool.map(claim, range(16)) if winner]
    assert len(winners) == 1
    with session_scope() as session:
        assert session.get_one(Run, run_id).worker == winners[0]
        assert session.get_one(Run, run_id).attempt == 1


def test_claims_of_different_runs_never_share_a_device(database: str) -> None:
    """Each worker may take another run, so that no row of the queue is one that two of them want."""
    with session_scope() as session:
        ids = [a_run(session, priority=i).id for i in range(8)]

    def claim(number: int) -> str | None:
        taken = in_transaction(lambda s: runs.claim_next(s, f"w{number}", "local_cpu", only=[ids[number]]))
        return taken.id if taken else None

    for _ in range(3):
        with ThreadPoolExecutor(8) as pool:
            winners = [winner for winner in pool.map(claim, range(8)) if winner]
        assert len(winners) == 1
        with session_scope() as session:
            session.get_one(Run, winners[0]).state = "queued"


def test_the_tables_refuse_a_second_running_run_of_a_device(database: str) -> None:
    with session_scope() as session:
        first, second = a_run(session), a_run(session)
        first.state = "running"
        session.flush()
        second.state = "running"
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_queued_at_once_runs_share_one_experiment(database: str) -> None:
    with session_scope() as session:
        dataset_id, rate_id = a_dataset(session).id, a_rate(session).id

    def queue(_number: int) -> int:
        given = {"product_id": None, "dataset_id": dataset_id, "task": "text_classification", "recipe": "baseline"}
        more = {"config": {}, "seed": 0, "device": "local_cpu", "rate_id": rate_id}
        return in_transaction(lambda session: runs.queue_run(session, **given, **more).experiment_id)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(queue, range(12)))) == 1


def test_a_heartbeat_is_refused_once_the_run_is_anothers(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        runs.claim_next(session, "w", "local_cpu")
        assert runs.heartbeat(session, run.id, "w")
        assert not runs.heartbeat(session, run.id, "thief")
        assert not runs.finish(session, run.id, "thief", "failed")
        assert session.get_one(Run, run.id).state == "running"


def test_a_silent_workers_run_is_taken_over_once(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        claimed = runs.claim_next(session, "dead", "local_cpu")
        assert claimed is not None
        assert runs.claim_orphans(session, "w", 30) == []
        claimed.heartbeat_at = now() - timedelta(seconds=31)
        session.flush()
        (taken,) = runs.claim_orphans(session, "w", 30)
        assert (taken.id, taken.worker, taken.attempt, taken.state) == (run.id, "w", 1, "running")
        assert runs.claim_orphans(session, "w2", 30) == []


def test_a_raised_run_is_taken_first_and_a_lowered_one_last(database: str) -> None:
    with session_scope() as session:
        first, second, third = a_run(session), a_run(session), a_run(session)
        assert runs.change_priority(session, third.id, -1) == -1
        assert runs.change_priority(session, first.id, +1) == 1
        for expected in (third, second, first):
            claimed = runs.claim_next(session, "w", "local_cpu")
            assert claimed is not None and claimed.id == expected.id
            runs.finish(session, claimed.id, "w", "failed")


def test_priorities_have_an_end_and_only_queued_runs_have_them(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        assert [runs.change_priority(session, run.id, by) for by in (-8, -8, 30)] == [-8, -9, 9]
        runs.claim_next(session, "w", "local_cpu")
        with pytest.raises(StateError, match="is running: only a queued run"):
            runs.change_priority(session, run.id, 1)


def test_stopping_a_queued_run_ends_it_at_once(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        assert runs.request_stop(session, run.id) == "stopped"
        assert (run.state, run.stop_reason) == ("stopped", "person")
        assert run.finished_at is not None
        assert runs.claim_next(session, "w", "local_cpu") is None


def test_stopping_a_running_run_asks_it(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        runs.claim_next(session, "w", "local_cpu")
        assert runs.request_stop(session, run.id) == "running"
        assert (run.state, run.stop_reason) == ("running", "person")
        assert run.stop_requested_at is not None


def test_a_run_that_has_ended_cannot_be_stopped_nor_a_living_one_resumed(database: str) -> None:
    with session_scope() as session:
        done = a_complete_run(session)
        with pytest.raises(StateError, match=f"Run {done.id} is complete"):
            runs.request_stop(session, done.id)
        with pytest.raises(StateError, match="is complete: only a run that is stopped, failed"):
            runs.requeue(session, done.id)
        waiting = a_run(session)
        with pytest.raises(StateError, match="is queued"):
            runs.requeue(session, waiting.id)


def test_resuming_keeps_what_was_done_and_forgets_why_it_stopped(database: str) -> None:
    with session_scope() as session:
        run = a_run(session, budget_usd=1)
        runs.claim_next(session, "w", "local_cpu")
        run.checkpoint_step, run.event_offset = 40, 1234
        session.flush()
        runs.finish(session, run.id, "w", "failed", error={"template": "x"})
        again = runs.requeue(session, run.id, budget_usd=2)
        assert (again.state, again.error, again.worker, again.finished_at) == ("queued", None, None, None)
        assert (again.checkpoint_step, again.event_offset, again.budget_nano) == (40, 1234, 2_000_000_000)
        claimed = runs.claim_next(session, "w2", "local_cpu")
        assert claimed is not None and claimed.attempt == 2


def test_an_unknown_run_is_an_error_that_lists_some(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        with pytest.raises(UnknownName, match=run.id):
            runs.get_run(session, "nonesuch")


def test_notes_are_kept_with_their_values(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        runs.add_note(session, run.id, "Attempt {n}", n=2)
        session.flush()
        (note,) = session.scalars(select(RunNote))
        assert note.template.format(**note.values) == "Attempt 2"


def test_workers_come_and_go(database: str) -> None:
    from db.views import system_state

    with session_scope() as session:
        runs.worker_heartbeat(session, "w")
        session.flush()
        runs.worker_heartbeat(session, "w")
        session.flush()
        assert system_state(session).workers_alive == 1
        runs.worker_gone(session, "w")
        session.flush()
        assert system_state(session).workers_alive == 0
