"""From unlabelled rows to a better model: label them, make a version, train on it, read why it answers."""

import time
from pathlib import Path

import pytest

from db.runs import get_run
from db.session import session_scope
from engine.entrypoints import actions
from engine.entrypoints.home import run_folder
from engine.entrypoints.worker import Worker
from engine.explanation.results import TextExplanation
from engine.explanation.stored import read_explained
from tests.reviews import WORDS, write_reviews


def test_labels_reach_the_next_model(database: str, tmp_path: Path) -> None:
    data, _ = actions.import_data(
        write_reviews(tmp_path / "reviews.csv", unlabelled=12), "text", "label", "Parcel reviews"
    )
    waiting = actions.waiting_rows(data.id)
    for row, text in zip(waiting.rows, waiting.inputs, strict=True):
        label = next(name for name, words in WORDS.items() if text.split()[0] in words)
        actions.give_label(data.id, row, label, "Lin")
    made, _ = actions.version_of_labels(data.id)
    assert (made.rows_train, made.rows_validation, made.rows_test) == (
        data.rows_train + 12,
        data.rows_validation,
        data.rows_test,
    )
    run = actions.queue_run(None, made.id, "text_classification", "baseline")
    until = time.monotonic() + 120
    Worker(threads=1, only=[run]).run(
        until=lambda: _state(run) not in ("queued", "running") or time.monotonic() > until
    )
    assert _state(run) == "complete"
    found = read_explained(run_folder(run))
    assert set(found.words) == set(WORDS)
    assert {term.text for term in found.words["praise"]} >= set(WORDS["praise"])
    for example in found.examples:
        (told,) = example.explanations
        assert isinstance(told, TextExplanation)
        assert told.base is not None and told.gap is not None
        coloured = sum(piece.value for piece in told.pieces if piece.value is not None)
        assert told.base + coloured == pytest.approx(told.value, abs=1e-9)


def _ended(run: str) -> bool:
    return _state(run) not in ("queued", "running")


def _state(run: str) -> str:
    with session_scope() as session:
        return get_run(session, run).state
