"""The cross-check of training labels as a child process."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from engine import cross_check
from engine.data.prepare import prepare
from engine.errors import from_dict
from engine.evaluation.doubt import doubts
from engine.evaluation.stored import read_predictions
from engine.spec import Job
from tests.reviews import write_reviews
from tests.unit.engine.recipes.material import make_job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    prepared = prepare(write_reviews(tmp_path / "reviews.csv"), "text", "label", tmp_path, name="made")
    return make_job(
        tmp_path / "check", "baseline", {}, dataset_folder=str(prepared.folder), labels=prepared.labels, seed=0
    )


def write(folder: Path, job: Job) -> Path:
    folder.mkdir()
    (folder / "job.json").write_text(json.dumps(asdict(job)))
    return folder


def test_every_training_row_is_answered_by_a_model_that_did_not_see_it(job: Job, tmp_path: Path) -> None:
    folder = write(tmp_path / "check", job)
    assert cross_check.main([str(folder)]) == 0
    found = read_predictions(folder, "train")
    assert len(found.row) == 168
    assert found.probabilities.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert len(doubts(found.row.tolist(), found.y.tolist(), found.probabilities)) < 5


def test_what_went_wrong_is_left_as_a_message(job: Job, tmp_path: Path) -> None:
    folder = write(tmp_path / "check", replace(job, dataset_folder=str(tmp_path / "nowhere")))
    assert cross_check.main([str(folder)]) == 0
    error = from_dict(json.loads((folder / "error.json").read_bytes()))
    assert "rows.parquet" in str(error)


def test_folds_are_of_each_class_as_equal_as_they_can_be() -> None:
    y = np.array([0] * 23 + [1] * 7 + [2] * 3)
    fold = cross_check.folds(y, 5, seed=1)
    for label in range(3):
        counts = np.bincount(fold[y == label], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert (fold == cross_check.folds(y, 5, seed=1)).all()
    assert (fold != cross_check.folds(y, 5, seed=2)).any()


def test_one_folder_is_worked_on_by_one(tmp_path: Path) -> None:
    import os

    lock = cross_check.take(tmp_path)
    assert lock is not None
    assert cross_check.take(tmp_path) is None
    assert cross_check.running(tmp_path)
    os.close(lock)
    assert not cross_check.running(tmp_path)
    assert not cross_check.running(tmp_path / "never")
