"""`python -m engine.cross_check FOLDER`: what a model says of training rows that it has not learned from.

The training rows are parted into folds; of each fold the baseline of the others says what it takes the rows for. A
label that such a model contradicts with confidence deserves a second look. It is a child process that loads
scikit-learn and never opens the database. The folder holds job.json; the answer appears there whole, or error.json.
"""

import fcntl
import json
import os
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import catalog
from engine.data.stored import SplitRows, load_rows
from engine.errors import N_, ProspectusError
from engine.evaluation.stored import Predictions, write_predictions
from engine.inference.files import write_whole
from engine.recorder import FileRecorder
from engine.spec import FitContext, Job, Split, build_config

FOLDS = 5
RECIPE = "baseline"
SPLIT: Split = "train"
ERROR_FILE = "error.json"
LOCK_FILE = "lock"
ENDED, ALONE = 0, 12


def main(arguments: list[str]) -> int:
    """Check the data set of the job in the folder that is the only argument; returns the exit code."""
    from engine.execute import read_job

    folder = Path(arguments[0]).resolve()
    try:
        cross_check(read_job(folder), folder, os.getppid())
    except ProspectusError as error:
        _tell(folder, error)
    except Exception as error:  # noqa: BLE001 - whatever a library raises ends the check with a message
        traceback.print_exc()
        template = N_("The cross-check stopped with an internal error: {kind}.")
        _tell(folder, ProspectusError(template, kind=type(error).__name__))
    return ENDED


def take(folder: Path) -> int | None:
    """The descriptor of the folder's lock, for the child that is started with it; None while another one works there.

    The lock is free again when the last process that holds the descriptor has ended.
    """
    lock = os.open(folder / LOCK_FILE, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def running(folder: Path) -> bool:
    """Whether a process works on the check in this folder."""
    if not folder.is_dir() or (lock := take(folder)) is None:
        return folder.is_dir()
    os.close(lock)
    return False


def _tell(folder: Path, error: ProspectusError) -> None:
    write_whole(folder / ERROR_FILE, json.dumps(error.as_dict()).encode())


def cross_check(job: Job, folder: Path, parent: int) -> Predictions:
    """Predict every training row by a model of the other folds, and store that in `folder`.

    Ends the process when its parent is another than this one: nobody waits for the answer then.
    """
    rows = load_rows(Path(job.dataset_folder))[SPLIT]
    index = {label: place for place, label in enumerate(job.labels)}
    y = np.array([index[label] for label in rows.labels], dtype=np.int64)
    fold = folds(y, FOLDS, job.seed)
    probabilities = np.zeros((len(y), len(job.labels)), dtype=np.float32)
    for held in range(FOLDS):
        if os.getppid() != parent:
            sys.exit(ALONE)
        if (fold == held).any() and len(np.unique(y[fold != held])) > 1:
            probabilities[fold == held] = _predict(job, rows, y, fold == held)
    found = Predictions("", y, np.array(rows.rows, dtype=np.int64), probabilities)
    write_predictions(folder, SPLIT, found)
    return found


def folds(y: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """The fold of each row: random, and of each class as nearly equal parts as whole rows allow."""
    generator, fold = np.random.default_rng(seed), np.empty(len(y), dtype=np.int64)
    for label in np.unique(y):
        members = generator.permutation(np.flatnonzero(y == label))
        fold[members] = (np.arange(len(members)) + generator.integers(count)) % count
    return fold


def _predict(job: Job, rows: SplitRows, y: NDArray[np.int64], held: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What a model of the rows that are not held says of those that are."""
    from engine.inference.manifest import write_manifest
    from engine.inference.runtimes import load_predictor

    recipe, out = catalog.recipe(RECIPE), np.flatnonzero(held)
    learned = np.flatnonzero(~held)
    inputs: dict[Any, list[Any]] = {SPLIT: [rows.inputs[i] for i in learned]}
    targets: dict[Any, list[int]] = {SPLIT: y[learned].tolist()}
    asked = [rows.inputs[i] for i in out]
    with TemporaryDirectory() as place:
        artifact, checkpoints = Path(place, "artifact"), Path(place, "checkpoints")
        artifact.mkdir()
        checkpoints.mkdir()
        recorder = FileRecorder(Path(place))
        try:
            nothing: dict[Any, list[Any]] = {"validation": [], "test": []}
            config: Any = build_config(recipe.config, job.config)
            outcome = recipe.fit(
                FitContext(job, config, inputs | nothing, targets | nothing, artifact, checkpoints, recorder)
            )
        finally:
            recorder.close()
        write_manifest(artifact, job, outcome)
        return load_predictor(artifact, job.threads).predict(asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
