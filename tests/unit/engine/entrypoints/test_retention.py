"""What is removed to keep within the size bound, what never is, and what a kill in the middle leaves."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.artifacts import marked, removable
from db.models import Artifact, Run
from db.products import set_adopted
from db.session import in_transaction, session_scope
from db.views import run_detail
from engine.entrypoints import actions, settings
from engine.entrypoints.home import run_folder
from engine.entrypoints.retention import MB, bytes_of, keep_within_bound
from engine.errors import StateError
from engine.inference.manifest import read_manifest
from tests.rows import a_complete_run, a_dataset, a_product, a_run

ROOT = Path(__file__).parents[4]
STAYING = ("evaluation.json", "predictions.validation.npz", "events.jsonl")


def fill(run_id: str, megabytes: float = 1.0, files: int = 4) -> str:
    """Files of a finished run: a model and a checkpoint of so many megabytes each, and what stays."""
    folder = run_folder(run_id)
    for kind in ("artifact", "checkpoints/checkpoint-9"):
        place = folder / kind
        place.mkdir(parents=True)
        for number in range(files):
            (place / f"part-{number}").write_bytes(b"x" * int(megabytes * MB / files))
    for name in STAYING:
        (folder / name).write_text("{}")
    return run_id


def has_model(run_id: str) -> bool:
    return (run_folder(run_id) / "artifact").exists()


def limit(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setenv(settings.ARTIFACTS, str(megabytes))


def test_within_the_bound_nothing_goes(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with session_scope() as session:
        ids = [fill(a_complete_run(session, f1=0.5 + i / 10).id) for i in range(2)]
    for bound in (0, 5):
        limit(monkeypatch, bound)
        assert keep_within_bound() == []
    assert all(has_model(i) and (run_folder(i) / "checkpoints").exists() for i in ids)


def test_checkpoints_of_complete_runs_go_before_any_model(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with session_scope() as session:
        ids = [fill(a_complete_run(session, f1=0.5 + i / 10).id) for i in range(3)]
        going_on = a_run(session)
        going_on.state = "stopped"
        fill(going_on.id)
    limit(monkeypatch, 6)  # of 8
    assert keep_within_bound() == []
    assert [(run_folder(i) / "checkpoints").exists() for i in ids] == [False, False, True]
    assert all(has_model(i) for i in ids) and (run_folder(going_on.id) / "checkpoints").exists()


def test_the_oldest_model_that_nobody_needs_goes(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with session_scope() as session:
        product, data = a_product(session), a_dataset(session)
        adopted, source, plain, best, newest = (
            fill(a_complete_run(session, product, data, f1=f1).id) for f1 in (0.6, 0.7, 0.5, 0.9, 0.8)
        )
        set_adopted(session, product, adopted)
        a_run(session, product, data, source_run_id=source)
        assert removable(session) == [plain, newest]
    limit(monkeypatch, 4)
    assert keep_within_bound() == [plain]
    assert not has_model(plain) and all(has_model(i) for i in (adopted, source, best, newest))
    limit(monkeypatch, 1)  # those that have to stay are more than that
    assert keep_within_bound() == [newest]
    assert all(has_model(i) for i in (adopted, source, best))


def test_figures_stay_and_what_needs_the_model_says_why_not(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with session_scope() as session:
        product, data = a_product(session), a_dataset(session)
        gone = fill(a_complete_run(session, product, data, f1=0.5).id)
        fill(a_complete_run(session, product, data, f1=0.9).id)
        before = run_detail(session, gone)
    limit(monkeypatch, 1)
    assert keep_within_bound() == [gone]
    assert all((run_folder(gone) / name).exists() for name in STAYING)
    with session_scope() as session:
        after = run_detail(session, gone)
        assert after.row == before.row and after.series == before.series
        assert before.removed_at is None and after.removed_at is not None
        assert gone not in removable(session)
    said = r"was removed on \d{4}-\d\d-\d\d to keep within 1 MB"
    with pytest.raises(StateError, match=said):
        actions.adopt_run(product.slug, gone, "Lin")
    with pytest.raises(StateError, match=said) as error:
        read_manifest(run_folder(gone) / "artifact")
    assert "Train it again" in error.value.remedy


def test_a_run_that_is_adopted_meanwhile_stays(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark asks again: what was removable when the list was made may not be by now."""
    from db.artifacts import mark_removed

    with session_scope() as session:
        product, data = a_product(session), a_dataset(session)
        chosen = fill(a_complete_run(session, product, data, f1=0.5).id)
        fill(a_complete_run(session, product, data, f1=0.9).id)
        assert removable(session) == [chosen]
    with session_scope() as session:
        set_adopted(session, session.merge(product), chosen)
    assert in_transaction(lambda session: mark_removed(session, chosen)) is None
    assert has_model(chosen)


def test_kills_leave_a_model_whole_or_marked_and_end_within_the_bound(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 3)
    with session_scope() as session:
        data, product = a_dataset(session), a_product(session)
        ids = [fill(a_complete_run(session, product, data, f1=0.9 - i / 100).id, 0.6, 30) for i in range(14)]
        spent = {run_id: session.get_one(Run, run_id).cost_nano for run_id in ids}
    chance = random.Random(11)
    kills = 0
    for _ in range(3):
        before = len(gone(ids))
        sweeping = subprocess.Popen(
            [sys.executable, "-c", "from engine.entrypoints.retention import keep_within_bound as k; k()"], cwd=ROOT
        )
        while sweeping.poll() is None and len(gone(ids)) == before:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.01))
        if sweeping.poll() is None:
            os.kill(sweeping.pid, signal.SIGKILL)
            kills += 1
        sweeping.wait()
        said = {run_id for run_id, _ in in_transaction(marked)}
        for run_id in ids:
            assert run_id in said or bytes_of(run_folder(run_id) / "artifact") == 600_000, "a torn model"
    assert kills >= 2
    keep_within_bound()
    left = [run_id for run_id in ids if has_model(run_id)]
    assert sum(bytes_of(run_folder(run_id)) for run_id in ids) <= 3.1 * MB
    assert ids[0] in left and len(left) == 5
    assert not any((run_folder(run_id) / "artifact.removed").exists() for run_id in ids)
    with session_scope() as session:
        assert {i for i in ids if session.get_one(Artifact, (i, "artifact")).removed_at} == set(ids) - set(left)
        assert {run_id: session.get_one(Run, run_id).cost_nano for run_id in ids} == spent
    assert all((run_folder(run_id) / name).exists() for run_id in ids for name in STAYING)


def gone(ids: list[str]) -> list[str]:
    """Runs whose model has left its place."""
    return [run_id for run_id in ids if not has_model(run_id)]
