"""`python -m dashboard`: starts, stays, is hard to kill in parts, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.entrypoints import actions
from engine.entrypoints.home import run_folder
from engine.recorder import EVENTS_FILE
from tests.flow.conftest import ROOT
from tests.flow.program import Program, free_port
from tests.flow.real import SHORT_LORA, write_reviews


@pytest.fixture
def somebodys_idea(database: str, tmp_path: Path) -> str:
    """An idea, so that the sample portfolio is not loaded, with data; its slug."""
    slug = actions.add_idea("Parcel insight", "Mei", "", "", "", "quality.f1_macro", 0.8, 100.0)
    actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "reviews", product_slug=slug)
    return slug


@pytest.fixture
def training(tiny_base: str) -> dict[str, Any]:
    """Settings of a training that goes on for longer than the test."""
    return SHORT_LORA | {"max_steps": 4000, "model": tiny_base}


@pytest.fixture
def program(somebodys_idea: str, tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    yield made
    made.close()


def test_it_starts_says_where_ends_clean_on_ctrl_c_and_a_second_start_keeps_everything(
    program: Program, tmp_path: Path, training: dict[str, Any]
) -> None:
    program.until_up()
    assert_its_port_is_named_to_another(program)
    assert f"http://localhost:{program.port}" in program.log.read_text()
    run_id = begin(program, training)
    assert program.end(signal.SIGINT) == 0
    assert program.left_over() == []
    assert "Traceback" not in program.log.read_text()
    assert state_of(run_id) == "queued"
    actions.stop_run(run_id)
    actions.assume("parcel-insight", "economics.price_per_1k_usd", 0.5, None, None, "a guess", "Mei")
    again = Program(tmp_path)
    try:
        assert again.until_up() < 30
        assert again.end() == 0
        assert again.left_over() == []
    finally:
        again.close()
    from db.session import session_scope
    from db.views import product_sheet

    with session_scope() as session:
        assert product_sheet(session, "parcel-insight").figures


def begin(program: Program, training: dict[str, Any]) -> str:
    """Queue a training and wait until its child is at work; the run's id."""
    run_id = actions.queue_run(None, 1, "text_classification", "lora", training)
    events = run_folder(run_id) / EVENTS_FILE
    program.until(lambda: program.part("child") is not None and events.exists(), 30, "a child at work")
    return run_id


def state_of(run_id: str) -> str:
    from db.runs import get_run
    from db.session import session_scope

    with session_scope() as session:
        return get_run(session, run_id).state


def test_killed_parts_come_back_and_one_that_keeps_dying_ends_everything(program: Program) -> None:
    program.until_up()
    for name in ("web", "server", "worker"):
        before = program.part(name)
        assert before is not None and program.kill(name)
        program.until(lambda n=name, old=before: program.part(n) not in (None, old), 20, f"a new {name}")
    program.until_up()
    program.until(lambda: _ended(program) or (program.kill("server") and _ended(program)), 60, "the end")
    assert program.popen.wait(30) == 1
    assert re.search(r"model server died 5 times within 60 s", program.log.read_text())
    assert program.left_over() == []


def _ended(program: Program) -> bool:
    return program.popen.poll() is not None


def test_nothing_outlives_a_killed_supervisor(program: Program, training: dict[str, Any]) -> None:
    program.until_up()
    run_id = begin(program, training)
    program.processes()
    program.popen.kill()
    program.popen.wait()
    assert program.left_over(seconds=30) == []
    assert state_of(run_id) == "queued"


def assert_its_port_is_named_to_another(program: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard"],
        cwd=ROOT,
        env={**os.environ, "PROSPECTUS_PORT": str(free_port()), "PROSPECTUS_SERVER_PORT": str(program.server_port)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert str(program.server_port) in done.stderr and "PROSPECTUS_SERVER_PORT" in done.stderr


@pytest.mark.parametrize("value", ["eighty", "0", "99999", "8501.5"])
def test_a_port_that_is_none_is_named(value: str, database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard"],
        cwd=ROOT,
        env={**os.environ, "PROSPECTUS_PORT": value},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "PROSPECTUS_PORT" in done.stderr and value in done.stderr and "Traceback" not in done.stderr
