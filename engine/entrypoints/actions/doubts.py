"""Labels that look wrong: rows whose label a model contradicts that has not learned from them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.models import Dataset, Experiment, Run
from db.runs import get_run
from db.session import in_transaction
from engine import catalog
from engine.cross_check import ERROR_FILE, RECIPE, SPLIT, running, take
from engine.entrypoints.children import child_environment
from engine.entrypoints.home import cache_folder, inside, run_folder
from engine.entrypoints.jobs import write_job
from engine.errors import N_, InputError, ProspectusError, StateError, from_dict
from engine.evaluation.doubt import doubts
from engine.evaluation.stored import predictions_path, read_predictions
from engine.spec import Job

CheckState = Literal["none", "running", "done", "failed"]
"""How far the cross-check of the training rows is."""
_children: list["subprocess.Popen[bytes]"] = []
"""Kept until they have ended, so that the system forgets them then."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A row whose label a model contradicts."""

    row: int
    label: str
    """The one it carries."""
    answer: str
    probability: float
    margin: float
    """Probability of the answer minus that of the label it carries."""
    split: str


def doubtful_rows(dataset_id: int, run_id: str | None = None) -> list[Doubtful]:
    """Doubtful rows of the training split, once it was cross-checked, and of what a run was evaluated on.

    Of the run: its validation rows, and its test rows if its test figures were shown already; it has learned from
    neither. The most confident contradiction first. Raises UnknownName, StateError for a run that is not complete,
    InputError for one on other data, StoredFileError.
    """
    labels, folder, splits = in_transaction(lambda session: _sources(session, dataset_id, run_id))
    found = [] if run_id is None else _of(run_folder(run_id), splits, labels)
    if predictions_path(folder, SPLIT).exists():
        found += _of(folder, [SPLIT], labels)
    return sorted(found, key=lambda doubt: (-doubt.margin, doubt.row))


def check_training_rows(dataset_id: int, threads: int = 1) -> None:
    """Start the cross-check of the training rows in a process of its own, unless one is at work or done."""
    job = in_transaction(lambda session: _job(get_dataset(session, dataset_id), threads))
    folder = _check_folder(job.dataset_fingerprint)
    folder.mkdir(parents=True, exist_ok=True)
    lock = None if predictions_path(folder, SPLIT).exists() else take(folder)
    if lock is None:
        return
    try:
        write_job(job, folder)
        (folder / ERROR_FILE).unlink(missing_ok=True)
        _start(folder, threads, lock)
    finally:
        os.close(lock)


def _start(folder: Path, threads: int, lock: int) -> None:
    """The child inherits the lock and holds it for as long as it lives, however it ends."""
    command = [sys.executable, "-m", "engine.cross_check", str(folder)]
    with (folder / "child.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=child_environment(threads),
            pass_fds=[lock],
            start_new_session=True,
        )
    _children[:] = [*(known for known in _children if known.poll() is None), child]


def check_state(dataset_id: int) -> tuple[CheckState, ProspectusError | None]:
    """How far the cross-check of a data set is, and why it failed."""
    folder = _check_folder(in_transaction(lambda session: get_dataset(session, dataset_id).fingerprint))
    if predictions_path(folder, SPLIT).exists():
        return "done", None
    if running(folder):
        return "running", None
    if (folder / ERROR_FILE).exists():
        return "failed", from_dict(json.loads((folder / ERROR_FILE).read_bytes()))
    return "none", None


def _sources(session: Session, dataset_id: int, run_id: str | None) -> tuple[list[str], Path, list[str]]:
    """Class names, the folder of the cross-check, and the splits of the run that may be looked at."""
    dataset = get_dataset(session, dataset_id)
    splits = [] if run_id is None else _open_splits(session, get_run(session, run_id), dataset)
    return list(dataset.labels), _check_folder(dataset.fingerprint), splits


def _open_splits(session: Session, run: Run, dataset: Dataset) -> list[str]:
    if run.state != "complete":
        raise StateError(N_("Run {run} is {state}: it has answers when it is complete."), run=run.id, state=run.state)
    if session.get_one(Experiment, run.experiment_id).dataset_id != dataset.id:
        raise InputError(N_("Run {run} learned from another data set than “{name}”."), run=run.id, name=dataset.name)
    return ["validation", "test"] if run.test_seen_at else ["validation"]


def _of(folder: Path, splits: Sequence[str], labels: Sequence[str]) -> list[Doubtful]:
    found = []
    for split in splits:
        said = read_predictions(folder, split)
        found += [
            Doubtful(d.row, labels[d.label], labels[d.answer], d.probability, d.margin, split)
            for d in doubts(said.row.tolist(), said.y.tolist(), said.probabilities)
        ]
    return found


def _check_folder(fingerprint: str) -> Path:
    return cache_folder() / "cross_check" / fingerprint[:32]


def _job(dataset: Dataset, threads: int) -> Job:
    task = next((name for name, t in catalog.tasks().items() if t.input_kind == dataset.input_kind), "")
    if task not in catalog.recipe(RECIPE).tasks:
        raise InputError(
            N_("Rows of this kind cannot be cross-checked: no baseline reads {kind}."), kind=dataset.input_kind
        )
    known: Mapping[str, Any] = {"config": {}, "seed": 0, "device": "local_cpu", "usd_per_hour": 0.0, "budget_usd": None}
    return Job(
        run="cross_check",
        task=task,
        recipe=RECIPE,
        dataset_folder=str(inside(dataset.folder)),
        dataset_fingerprint=dataset.fingerprint,
        labels=tuple(dataset.labels),
        language=dataset.language,
        cache_folder=str(cache_folder()),
        threads=threads,
        attempt=1,
        **known,
    )
