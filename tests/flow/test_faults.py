"""kill -9 of worker, child and model server at seeded moments, with the whole program running.

Whatever is killed, a run ends with the points, the weights and the money of one that nobody touched: no point is
missing or doubled, and each second is paid once. 3 kills in the usual tests, 20 in `make faults`.
"""

import itertools
import random
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from db.models import CostEntry, Run
from db.session import session_scope
from engine.entrypoints import actions
from engine.recorder import EVENTS_FILE, read_events
from tests.flow.program import Program
from tests.flow.real import SHORT_LORA
from tests.flow.test_program import somebodys_idea  # noqa: F401  a fixture
from tests.flow.test_runs import TASK, detail, weights

SECONDS_A_RUN = 480
LATEST_MOMENT = 6.0
"""Seconds after the child's start within which it is killed; a whole run takes about nine."""
CHILD_KILLS_A_RUN = 2
"""More deaths without a checkpoint between them are given up on, and rightly so."""


class Play:
    """The program, a model that is asked all the time, and runs that are disturbed."""

    def __init__(self, home: Path, program: Program) -> None:
        self.home = home
        self.training = SHORT_LORA
        self.program = program
        self._asked = threading.Event()

    def run_row(self, run_id: str) -> Run:
        with session_scope() as session:
            return session.get_one(Run, run_id)

    def queue(self, recipe: str = "lora") -> str:
        config = self.training if recipe == "lora" else {}
        return actions.queue_run("parcel-insight", 1, TASK, recipe, config)

    def complete(self, run_id: str) -> Run:
        ended = ("complete", "failed", "stopped")
        self.program.until(lambda: self.run_row(run_id).state in ended, SECONDS_A_RUN, f"the end of {run_id}")
        run = self.run_row(run_id)
        assert run.state == "complete", (run.state, run.stop_reason, run.error)
        return run

    def keep_asking(self, run_id: str) -> threading.Thread:
        """Ask the model server until the play is over; that it is away at times is the point."""

        def ask() -> None:
            address = f"http://127.0.0.1:{self.program.server_port}/v1/models/{run_id}/predict"
            with httpx.Client(trust_env=False, timeout=5) as client:
                while not self._asked.wait(0.1):
                    try:
                        client.post(address, json={"input": "a lovely lamp"})
                    except httpx.HTTPError:
                        continue

        thread = threading.Thread(target=ask)
        thread.start()
        return thread

    def stop_asking(self) -> None:
        self._asked.set()

    def kill(self, victim: str, run_id: str, moment: float) -> None:
        """Kill a part so many seconds into the run's present attempt, and wait until it is back or was not needed."""
        self.program.until(
            lambda: self.program.part("child") is not None or self.run_row(run_id).state == "complete",
            60,
            "a child",
        )
        if self.run_row(run_id).state == "complete":
            return
        time.sleep(moment)
        self.program.kill(victim)


@pytest.fixture
def play(somebodys_idea: str, tmp_path: Path) -> Iterator[Play]:  # noqa: F811  the fixture named above
    program = Program(tmp_path)
    yield Play(tmp_path / "home", program)
    program.close()


def disturb(play: Play, seed: int, plan: Sequence[Sequence[str]]) -> None:
    """One undisturbed run, then one run for each list of victims; all must come out the same."""
    chance = random.Random(seed)
    play.program.until_up()
    served, reference = play.queue("baseline"), play.queue()
    play.complete(served)
    asking = play.keep_asking(served)
    try:
        play.complete(reference)
        for victims in plan:
            run_id = play.queue()
            for victim in victims:
                play.kill(victim, run_id, chance.uniform(0.2, LATEST_MOMENT))
            play.complete(run_id)
            assert_the_same(play, run_id, reference)
    finally:
        play.stop_asking()
        asking.join()
    assert_usage_counted_once(play, served)
    assert play.program.end() == 0
    assert play.program.left_over() == []


def assert_the_same(play: Play, run_id: str, reference: str) -> None:
    """Every point once and equal, equal weights, every second of money once."""
    this, untouched = detail(run_id), detail(reference)
    for name in ("train.loss", "validation.loss", "validation.f1_macro"):
        assert this.series[name] == untouched.series[name], name
    assert {k: s.value for k, s in this.row.validation.items()} == {
        k: s.value for k, s in untouched.row.validation.items()
    }
    assert weights(play, run_id) == weights(play, reference)  # type: ignore[arg-type]  it has a home, too
    file = play.home / "runs" / run_id / EVENTS_FILE
    spent = sorted((e["start"], e["end"]) for e, _ in read_events(file) if e["kind"] == "spend")
    assert all(a[1] <= b[0] + 1e-6 for a, b in itertools.pairwise(spent)), "seconds overlap"
    run = play.run_row(run_id)
    assert run.event_offset == file.stat().st_size
    assert run.seconds == pytest.approx(sum(end - start for start, end in spent), abs=1e-3)
    with session_scope() as session:
        entries = session.scalars(
            select(CostEntry).where(CostEntry.run_id == run_id, CostEntry.category == "training")
        ).all()
    assert run.seconds == pytest.approx(sum(entry.seconds for entry in entries))
    assert run.cost_nano == sum(entry.usd_nano for entry in entries)


def assert_usage_counted_once(play: Play, run_id: str) -> None:
    """Once nobody asks any more, the database has what the usage files have."""

    def said() -> tuple[float, int]:
        lines = [e for file in (play.home / "usage").glob("*.jsonl") for e, _ in read_events(file)]
        return sum(e["end"] - e["start"] for e in lines), sum(e["requests"] for e in lines)

    def counted() -> tuple[float, int]:
        with session_scope() as session:
            entries = session.scalars(
                select(CostEntry).where(CostEntry.run_id == run_id, CostEntry.category == "inference")
            ).all()
        return sum(entry.seconds for entry in entries), sum(entry.requests for entry in entries)

    play.program.until(lambda: counted()[1] == said()[1], 30, "the usage to be counted")
    assert counted()[1] > 50
    assert counted()[0] == pytest.approx(said()[0])


def test_three_kills(play: Play, tiny_base: str) -> None:
    """Over a tiny base model, trained for about as long as twenty-four steps of the real one take."""
    play.training = SHORT_LORA | {"model": tiny_base, "max_steps": 240, "checkpoint_every": 40}
    disturb(play, 1, [("child", "worker", "server")])


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(2, 6))
def test_five_kills_of_twenty(seed: int, play: Play) -> None:
    victims = ["child", "child", "worker", "worker", "server"]
    random.Random(seed).shuffle(victims)
    disturb(play, seed, [victims[:3], victims[3:]])
