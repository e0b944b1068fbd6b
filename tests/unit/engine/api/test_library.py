"""Models in memory: found, opened once, and within their limit."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.entrypoints.api import library as module
from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.usage import UsageLog
from engine.errors import InputError, StateError, UnknownName
from engine.inference.removal import Removal, remove
from engine.inference.runtimes import load_predictor


def _size(home: Path) -> int:
    return load_predictor(home / "runs" / "words" / "artifact").bytes


@pytest.fixture
def two_fit(own_home: Path) -> Iterator[ModelLibrary]:
    """A library in which two of the models a, b, c fit."""
    for name in "abc":
        shutil.copytree(own_home / "runs" / "words", own_home / "runs" / name)
    library = ModelLibrary(own_home, threads=1, limit_bytes=2 * _size(own_home), on_batch=lambda run, batch: None)
    yield library
    library.close()


def _ask(library: ModelLibrary, run: str) -> None:
    library.submit(run, ["a text"])[1].result(60)


def test_the_least_recently_used_makes_room(two_fit: ModelLibrary) -> None:
    for run in ("a", "b", "a", "c"):
        _ask(two_fit, run)
    assert list(two_fit.loaded()) == ["a", "c"]
    assert sum(two_fit.loaded().values()) <= two_fit.limit_bytes


def test_a_model_is_opened_once_for_all_who_ask(two_fit: ModelLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def counting(artifact: Path, threads: int) -> object:
        opened.append(artifact.parent.name)
        return load_predictor(artifact, threads)

    monkeypatch.setattr(module, "load_predictor", counting)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda run: _ask(two_fit, run), ["a", "b"] * 40))
    assert sorted(opened) == ["a", "b"]


def test_a_model_that_was_removed_to_make_room_says_so(two_fit: ModelLibrary, own_home: Path) -> None:
    _ask(two_fit, "a")
    remove(own_home / "runs" / "a", Removal("a", datetime(2026, 5, 1, tzinfo=UTC), 500))
    with pytest.raises(StateError, match="removed on 2026-05-01 to keep within 500 MB") as error:
        _ask(two_fit, "a")
    assert "Train it again" in error.value.remedy
    assert "a" not in two_fit.runs()
    _ask(two_fit, "b")


def test_models_that_crowd_each_other_out_answer_all(two_fit: ModelLibrary) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda run: _ask(two_fit, run), ["a", "b", "c"] * 20))
    assert len(two_fit.loaded()) == 2


def test_a_changed_artifact_is_opened_again(two_fit: ModelLibrary, own_home: Path) -> None:
    first = two_fit.open("a")
    manifest = own_home / "runs" / "a" / "artifact" / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    assert two_fit.open("a") is not first
    assert list(two_fit.loaded()) == ["a"]


def test_closing_ends_every_thread(two_fit: ModelLibrary) -> None:
    _ask(two_fit, "a")
    two_fit.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "batcher"]
    with pytest.raises(StateError, match="is stopping"):
        two_fit.submit("a", ["x"])


def test_only_runs_with_an_artifact_are_models(two_fit: ModelLibrary) -> None:
    assert two_fit.runs() == ["a", "b", "broken", "c", "words"]
    with pytest.raises(UnknownName):
        two_fit.manifest("unfinished")
    with pytest.raises(InputError, match="is no run id"):
        two_fit.manifest("../words")


def test_many_models_are_not_all_named(own_home: Path) -> None:
    for i in range(30):
        shutil.copytree(own_home / "runs" / "words", own_home / "runs" / f"r{i:02}")
    library = ModelLibrary(own_home, threads=1, limit_bytes=10, on_batch=lambda run, batch: None)
    with pytest.raises(UnknownName, match=r"r18, \+12"):
        library.open("nope")
    library.close()


def test_what_cannot_be_metered_is_not_served(own_home: Path) -> None:
    (own_home / "usage").write_text("a file where the folder should be")
    usage = UsageLog(own_home)
    library = ModelLibrary(own_home, threads=1, limit_bytes=10**9, on_batch=usage.record)
    with pytest.raises(module.ProspectusError, match="cannot be written"):
        _ask(library, "words")
    library.close()
    usage.close()
