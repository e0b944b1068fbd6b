"""The worker's promises, with a real worker process and a real child that computes nothing."""

import itertools
import os
import signal
import sqlite3
import time

import psutil
import pytest

from engine.recorder import EVENTS_FILE, read_events
from tests.flow.conftest import Stage, living
from tests.flow.standin import loss_of
from tests.postgresql import Cluster


def spent_seconds(stage: Stage, run_id: str) -> float:
    """Seconds of all spend events of the file."""
    events = read_events(stage.home / "runs" / run_id / EVENTS_FILE)
    return sum(e["end"] - e["start"] for e, _ in events if e["kind"] == "spend")


def assert_whole(stage: Stage, run_id: str, steps: int) -> None:
    """Every point once and right, every second of money once."""
    assert stage.points(run_id) == {step: loss_of(step) for step in range(steps)}
    run = stage.run(run_id)
    assert run.seconds == pytest.approx(spent_seconds(stage, run_id), abs=1e-6)
    assert run.seconds == pytest.approx(sum(entry.seconds for entry in stage.costs(run_id)))
    assert run.cost_nano == sum(entry.usd_nano for entry in stage.costs(run_id))
    assert run.cost_nano == pytest.approx(run.seconds * 1e6, abs=len(stage.costs(run_id)))  # 3.60 USD an hour
    assert run.event_offset == (stage.home / "runs" / run_id / EVENTS_FILE).stat().st_size


@pytest.mark.both_databases
def test_a_queued_run_becomes_complete(stage: Stage) -> None:
    run_id = stage.queue(steps=10)
    stage.worker()
    run = stage.wait_for(run_id, "complete", "failed")
    assert run.state == "complete" and run.progress == 1.0 and run.attempt == 1
    assert_whole(stage, run_id, 10)


@pytest.mark.both_databases
def test_a_stop_saves_and_a_resume_goes_on(stage: Stage) -> None:
    run_id = stage.queue(steps=60, pause=0.05)
    worker = stage.worker()
    stage.until(lambda: stage.run(run_id).checkpoint_step is not None)
    stage.stop(run_id)
    stopped = stage.wait_for(run_id, "stopped")
    assert stopped.stop_reason == "person"
    stage.resume(run_id)
    run = stage.wait_for(run_id, "complete")
    assert run.attempt == 2
    assert_whole(stage, run_id, 60)
    assert worker.poll() is None


def test_a_run_that_ignores_the_request_is_killed_and_kept(stage: Stage) -> None:
    run_id = stage.queue(steps=30, hang_at=12)
    stage.worker()
    stage.until(lambda: len(stage.points(run_id)) == 12)
    stage.stop(run_id)
    run = stage.wait_for(run_id, "stopped")
    assert run.stop_reason == "person" and run.checkpoint_step == 9
    assert "did not stop in time" in stage.notes(run_id)[-1]
    assert not living(stage.home / "runs" / run_id)


def test_a_killed_child_goes_on_from_its_checkpoint(stage: Stage) -> None:
    run_id = stage.queue(steps=40, pause=0.05)
    worker = stage.worker()
    stage.until(lambda: stage.run(run_id).checkpoint_step is not None)
    stage.child_of(worker).kill()
    run = stage.wait_for(run_id, "complete")
    assert run.attempt == 2
    assert_whole(stage, run_id, 40)


def test_a_killed_worker_is_replaced_and_its_orphan_saves_itself(stage: Stage) -> None:
    run_id = stage.queue(steps=60, pause=0.05)
    worker = stage.worker()
    stage.until(lambda: len(stage.points(run_id)) > 6)
    worker.kill()
    worker.wait()
    stage.worker()
    run = stage.wait_for(run_id, "complete")
    assert run.attempt == 2
    assert_whole(stage, run_id, 60)


@pytest.mark.both_databases
def test_worker_and_child_killed_together(stage: Stage) -> None:
    run_id = stage.queue(steps=60, pause=0.05)
    worker = stage.worker()
    child = stage.child_of(worker)
    stage.until(lambda: len(stage.points(run_id)) > 6)
    worker.kill()
    child.kill()
    worker.wait()
    stage.worker()
    assert stage.wait_for(run_id, "complete").attempt == 2
    assert_whole(stage, run_id, 60)


def test_a_run_that_keeps_dying_is_given_up_with_the_reason(stage: Stage) -> None:
    run_id = stage.queue(steps=10, die_at=7, exit_code=3)
    stage.worker()
    run = stage.wait_for(run_id, "failed")
    assert run.attempt == 4  # one reached a new checkpoint, three more did not
    assert run.error is not None and "exit code 3" in run.error["message"]


def test_deaths_with_progress_between_do_not_count_together(stage: Stage) -> None:
    run_id = stage.queue(steps=100, pause=0.03, checkpoint_every=2)
    worker = stage.worker()
    for _ in range(4):
        reached = stage.run(run_id).checkpoint_step or 0
        stage.until(lambda at=reached: (stage.run(run_id).checkpoint_step or 0) > at)
        stage.child_of(worker).kill()
    assert stage.wait_for(run_id, "complete").attempt == 5
    assert_whole(stage, run_id, 100)


def test_a_full_disk_is_named_and_not_tried_again(stage: Stage) -> None:
    run_id = stage.queue(steps=10, die_at=7, exit_code=28)
    stage.worker()
    run = stage.wait_for(run_id, "failed")
    assert run.attempt == 1
    assert run.error is not None and "disk is full" in run.error["message"]


def test_a_damaged_event_file_fails_the_run_and_keeps_what_came_before(stage: Stage) -> None:
    run_id = stage.queue(steps=300, garbage_at=6)
    stage.worker()
    run = stage.wait_for(run_id, "failed")
    assert run.error is not None and "damaged" in run.error["message"]
    assert set(stage.points(run_id)) >= set(range(6))
    stage.until(lambda: not living(stage.home / "runs" / run_id))


def test_the_budget_stops_the_run_at_its_cap(stage: Stage) -> None:
    run_id = stage.queue(steps=500, pause=0.02, budget_usd=0.0005)  # half a second
    stage.worker()
    run = stage.wait_for(run_id, "stopped")
    assert run.stop_reason == "budget"
    assert 500_000 <= run.cost_nano < 700_000
    assert run.checkpoint_step is not None


def test_the_end_of_the_worker_puts_its_run_back_in_its_place(stage: Stage) -> None:
    run_id = stage.queue(steps=200, pause=0.05)
    worker = stage.worker()
    place = stage.run(run_id).queued_at
    stage.until(lambda: len(stage.points(run_id)) > 3)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    run = stage.run(run_id)
    assert (run.state, run.queued_at, run.worker) == ("queued", place, None)
    assert not living(stage.home / "runs" / run_id)


def test_a_hanging_child_does_not_outlive_the_worker(stage: Stage) -> None:
    run_id = stage.queue(steps=30, hang_at=3)
    worker = stage.worker()
    stage.until(lambda: len(stage.points(run_id)) == 3)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(60) == 0
    assert stage.run(run_id).state == "queued"
    assert not living(stage.home / "runs" / run_id)


@pytest.mark.sqlite_only
def test_a_database_locked_for_five_seconds_costs_nothing(stage: Stage) -> None:
    run_id = stage.queue(steps=120, pause=0.05)
    stage.worker()
    stage.until(lambda: len(stage.points(run_id)) > 3)
    lock = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    time.sleep(5)
    lock.execute("COMMIT")
    lock.close()
    run = stage.wait_for(run_id, "complete")
    assert run.attempt == 1
    assert_whole(stage, run_id, 120)


@pytest.mark.both_databases
def test_workers_share_one_queue_and_never_the_device(stage: Stage) -> None:
    for _ in range(3):
        stage.worker()
    stage.until(lambda: stage.alive() == 3)  # who gets a run is chance; that all three reach for it is not
    ids = [stage.queue(steps=5) for _ in range(6)]
    for run_id in ids:
        assert stage.wait_for(run_id, "complete").attempt == 1
        assert_whole(stage, run_id, 5)
    worked = sorted((entry.started_at, entry.ended_at) for run_id in ids for entry in stage.costs(run_id))
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(worked)), "two at once on one device"


@pytest.mark.postgresql_only
def test_a_postgresql_that_is_started_anew_costs_nothing(stage: Stage, cluster: Cluster) -> None:
    run_id = stage.queue(steps=100, pause=0.05)
    worker = stage.worker()
    stage.until(lambda: len(stage.points(run_id)) > 3)
    cluster.stop()
    time.sleep(2)
    cluster.start()
    run = stage.wait_for(run_id, "complete")
    assert run.attempt == 1 and worker.poll() is None
    assert_whole(stage, run_id, 100)


def test_a_child_whose_worker_is_gone_before_it_looked_stops(stage: Stage) -> None:
    """The parent is named in advance: a child that was slow to start still notices."""
    stage.queue(steps=400, pause=0.05)
    worker = stage.worker()
    child = stage.child_of(worker)
    os.kill(child.pid, signal.SIGSTOP)
    worker.kill()
    worker.wait()
    os.kill(child.pid, signal.SIGCONT)
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running()
