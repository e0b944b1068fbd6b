"""A routine from the queue to its harvest, through a real worker and its child."""

import json
from pathlib import Path

import pytest

from db.models import Run
from db.routines import newest_complete, waiting_for_harvest
from db.session import session_scope
from db.views import runs
from engine.entrypoints import actions, after
from engine.entrypoints.actions.routines import check_models, queue_routine
from engine.entrypoints.home import run_folder
from engine.entrypoints.worker import Worker
from engine.errors import ConfigError, UnknownName
from engine.perform import INPUTS, OUTPUT
from tests.reviews import write_reviews


def work(run_ids: list[str]) -> None:
    def done() -> bool:
        with session_scope() as session:
            return all(session.get_one(Run, run_id).state not in ("queued", "running") for run_id in run_ids)

    Worker(threads=1, only=run_ids).run(until=done)


@pytest.fixture
def trained(database: str, tmp_path: Path) -> str:
    """A complete run with a stored model."""
    data, _ = actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "Reviews", "CC0")
    run_id = actions.queue_run(None, data.id, "text_classification", "baseline")
    work([run_id])
    return run_id


@pytest.mark.postgresql_only
def test_whole_models_are_found_whole_and_a_damaged_one_is_named(trained: str) -> None:
    first = check_models()
    work([first])
    with session_scope() as session:
        run = session.get_one(Run, first)
        assert (run.state, run.kind) == ("complete", "routine")
        assert run.harvested_at is not None
        assert run.facts["checked_models"] == 1 and run.facts["damaged_models"] == []
        assert run.seconds > 0 and run.cost_nano > 0
    served = next(path for path in (run_folder(trained) / "artifact").glob("*.npz"))
    served.write_bytes(served.read_bytes()[:-1] + b"?")
    second = check_models()
    work([second])
    with session_scope() as session:
        (damaged,) = session.get_one(Run, second).facts["damaged_models"]
        assert damaged["run"] == trained and served.name in damaged["fault"]
        found = newest_complete(session, "check_models")
        assert found is not None and found[0] == second
        assert {row.kind for row in runs(session, kind="routine")} == {"routine"}
        assert {row.id for row in runs(session, kind="recipe")} == {trained}


def test_a_worker_that_died_before_the_harvest_is_made_up_for(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(after, "completed", lambda run_id: None)
        run_id = queue_routine("check_models", inputs={"models.json": b"{}"})
        work([run_id])
    with session_scope() as session:
        assert waiting_for_harvest(session) == [run_id]
        assert "checked_models" not in session.get_one(Run, run_id).facts
    after.catch_up()
    with session_scope() as session:
        assert waiting_for_harvest(session) == []
        assert session.get_one(Run, run_id).facts["checked_models"] == 0


def test_an_output_that_cannot_be_used_is_said_and_kept_waiting(database: str) -> None:
    run_id = queue_routine("check_models", inputs={"models.json": b"not json"})
    work([run_id])
    with session_scope() as session:
        run = session.get_one(Run, run_id)
        assert run.state == "failed" and run.error is not None
        assert waiting_for_harvest(session) == []
    assert not (run_folder(run_id) / OUTPUT).exists()


def test_wrong_settings_leave_no_folder(database: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="everything"):
        queue_routine("check_models", {"everything": "perhaps"}, inputs={"models.json": b"{}"})
    with pytest.raises(UnknownName, match="check_models"):
        queue_routine("nonsense")
    with pytest.raises(ValueError, match="plain file name"):
        queue_routine("check_models", inputs={"../out.json": b"{}"})
    assert not list((tmp_path / "home").rglob("models.json"))


def test_inputs_lie_in_the_folder_before_the_queue_knows_the_run(database: str, tmp_path: Path) -> None:
    source = tmp_path / "models.json"
    source.write_text("{}")
    run_id = queue_routine("check_models", inputs={"models.json": source}, budget_usd=0.5, priority=2)
    assert json.loads((run_folder(run_id) / INPUTS / "models.json").read_text()) == {}
    work([run_id])
    with session_scope() as session:
        assert session.get_one(Run, run_id).facts["checked_models"] == 0
