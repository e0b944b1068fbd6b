"""The child process: what it leaves, and that any cut leaves something it can continue."""

import csv
import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import execute
from engine.data.prepare import prepare
from engine.errors import StateError
from engine.evaluation import exported, measuring
from engine.evaluation.stored import confusion_of, read_evaluation, read_predictions
from engine.recipes import baseline
from engine.recorder import DISK_FULL_EXIT, EVENTS_FILE, DiskFull, FileRecorder, read_events, request_stop
from tests.unit.engine.recipes.material import make_job, sentences

Event = Mapping[str, Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a prepared data set of 240 rows."""
    folder = tmp_path_factory.mktemp("home")
    texts, targets = sentences(240)
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("text", "label"), *zip(texts, (("poor", "good")[t] for t in targets), strict=True)]
        )
    prepare(folder / "rows.csv", "text", "label", folder, name="made")
    return folder


@pytest.fixture(autouse=True)
def short_serving_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures as always, for a shorter time."""
    short = partial(exported.serving_curve, concurrencies=(1, 2), seconds_each=0.05)
    monkeypatch.setattr(exported, "serving_curve", short)


@pytest.fixture
def run(tmp_path: Path, home: Path) -> Path:
    return make_run(tmp_path, home, "baseline", {})


def make_run(folder: Path, home: Path, recipe: str, config: Mapping[str, Any], **changes: Any) -> Path:
    dataset = next((home / "datasets").iterdir())
    values = {"dataset_folder": str(dataset), "cache_folder": str(home / "cache"), "labels": ("good", "poor")} | changes
    (folder / "job.json").write_text(json.dumps(asdict(make_job(folder, recipe, config, **values))))
    return folder


def _events(run: Path, kind: str | None = None) -> list[Event]:
    return [e for e, _ in read_events(run / EVENTS_FILE) if kind in (None, e["kind"])]


def _live_points(run: Path) -> list[tuple[int, str]]:
    """Points of all series as the worker keeps them, repeats included."""
    points: list[tuple[int, str]] = []
    for event in _events(run):
        if event["kind"] == "resume":
            points = [p for p in points if p[0] <= event["step"]]
        if event["kind"] == "metric":
            points += [(event["step"], name) for name in event["values"]]
    return points


def _facts(run: Path) -> dict[str, Any]:
    return {name: value for e in _events(run, "facts") for name, value in e["values"].items()}


def test_a_complete_run(run: Path) -> None:
    started = time.time() - 0.5
    finish = execute.run_job(run, started=started)
    assert (finish.state, finish.exit_code) == ("complete", 0)
    assert _events(run)[-1] | {"at": 0} == {"kind": "end", "at": 0, "state": "complete", "error": None, "reason": None}
    summaries = {(e["split"], e["name"]): e for e in _events(run, "summary")}
    measures = ("quality.accuracy", "quality.f1_macro", "quality.precision_macro", "quality.recall_macro")
    quality = set(itertools.product(("train", "validation", "test"), measures))
    calibration = {("validation", "quality.ece"), ("test", "quality.ece")}
    assert summaries.keys() == quality | calibration | {("serving", "latency.p50_ms"), ("serving", "latency.p95_ms")}
    # Of the training rows as many are scored as there are validation rows, and never one of those.
    assert summaries["train", "quality.accuracy"]["n"] == 36
    rows = {split: set(read_predictions(run, split).row.tolist()) for split in ("train", "validation", "test")}
    assert not rows["train"] & (rows["validation"] | rows["test"])
    accuracy = summaries["test", "quality.accuracy"]
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
    assert (accuracy["n"], accuracy["baseline"], len(accuracy["quantiles"])) == (36, 0.5, 101)
    facts = _facts(run)
    assert facts["rows"] == {"train": 168, "validation": 36, "test": 36}
    assert facts["peak_memory_mb"] > 50
    assert facts["artifact_bytes"] > 1000
    assert facts["versions"]["scikit-learn"]
    assert facts["processor"]["threads"] == 1
    names = {e["name"] for e in _events(run, "artifact")}
    predictions = {f"predictions.{split}" for split in ("train", "validation", "test")}
    assert names == {"artifact", "evaluation", "explanations", *predictions}
    levels = {step for step, name in _live_points(run) if name == "serving.rate_rps"}
    assert {1, 2} <= levels


def test_predictions_and_evaluation_agree(run: Path) -> None:
    execute.run_job(run)
    predictions, section = read_predictions(run, "test"), read_evaluation(run)["test"]
    assert section["labels"] == ["good", "poor"]
    right = (predictions.probabilities.argmax(axis=1) == predictions.y).mean()
    assert np.trace(confusion_of(section)) / 36 == pytest.approx(right)
    assert len(set(predictions.row.tolist())) == 36


def test_the_spent_time_is_the_wall_time(run: Path) -> None:
    started = time.time()
    execute.run_job(run, started=started)
    ended = time.time()
    spends = _events(run, "spend")
    assert sum(e["end"] - e["start"] for e in spends) == pytest.approx(ended - started, abs=0.2)
    assert all(a["end"] == b["start"] for a, b in itertools.pairwise(spends))
    assert list(dict.fromkeys(e["phase"] for e in spends)) == ["setup", "fit", "evaluate", "serve", "explain"]


def test_the_baseline_child_loads_no_torch(run: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from engine import execute; "
        f"print(execute.run_job(Path({str(run)!r})).state, 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["complete", "False", "False"]


@pytest.mark.parametrize("cut", ["score_splits", "measure_serving"])
def test_cut_during_the_evaluation_does_not_fit_again(run: Path, monkeypatch: pytest.MonkeyPatch, cut: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(measuring, cut, interrupt)
        assert execute.run_job(run) == execute.Finish("stopped", reason="person")
    monkeypatch.setattr(baseline.RECIPE.fit, "__code__", interrupt.__code__)
    assert execute.run_job(run).state == "complete"
    assert _events(run, "resume") == []


def test_cut_while_the_serving_curve_is_told_repeats_no_point(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def log(self: FileRecorder, step: int, **values: float) -> None:
        told.append(step)
        if len(told) == 2:
            raise KeyboardInterrupt
        self._append("metric", step=step, values=values)

    with monkeypatch.context() as patch:
        patch.setattr(FileRecorder, "log", log)
        assert execute.run_job(run).state == "stopped"
    assert execute.run_job(run).state == "complete"
    assert set(Counter(_live_points(run)).values()) == {1}


def test_few_shot_keeps_its_draws_over_a_cut(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path, home, "few_shot", {"max_evaluation_rows": 20})

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(measuring, "score_splits", interrupt)
        assert execute.run_job(run).state == "stopped"
    assert execute.run_job(run).state == "complete"
    predictions = read_predictions(run, "validation")
    assert predictions.draws is not None
    assert predictions.draws.shape == (5, 20, 2)
    assert not (run / "draws.npz").exists()
    assert {e["values"]["used"] for e in _events(run, "note") if "split" in e["values"]} == {20}
    value = next(e["value"] for e in _events(run, "summary") if (e["split"], e["name"]) == ("test", "quality.accuracy"))
    drawn = read_predictions(run, "test")
    assert value == pytest.approx((drawn.answers() == drawn.y).mean())


def test_an_export_that_answers_differently_is_not_shown(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(tmp_path, home, "few_shot", {"max_evaluation_rows": 20})
    monkeypatch.setattr(exported, "TOLERANCE", -1.0)
    finish = execute.run_job(run)
    assert finish.state == "failed"
    assert "off the fitted one" in str(finish.error)
    assert _events(run, "summary") == []


@pytest.mark.parametrize("reason", ["person", "shutdown", "budget"])
def test_it_stops_when_asked(run: Path, reason: str) -> None:
    request_stop(run, reason)
    finish = execute.run_job(run)
    assert (finish.state, finish.reason, finish.exit_code) == ("stopped", reason, 3)
    assert _events(run)[-1]["reason"] == reason
    assert not (run / "artifact").exists()


def test_it_stops_at_its_budget(tmp_path: Path, home: Path) -> None:
    run = make_run(tmp_path, home, "baseline", {}, usd_per_hour=3600.0, budget_usd=5.0)
    finish = execute.run_job(run, started=time.time() - 10)
    assert (finish.state, finish.reason) == ("stopped", "budget")


def test_a_run_has_one_process(run: Path) -> None:
    with execute._holding(run):
        with pytest.raises(StateError, match="another process"), execute._holding(run):
            pass
        command = [sys.executable, "-m", "engine.execute", str(run)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == execute.LOCKED_EXIT
    assert done.stderr.startswith(f"Run {run.name} is being worked on")


def _fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fit(*_: object) -> None:
        raise error

    recipe = baseline.RECIPE
    changed = type(recipe)(**{n: getattr(recipe, n) for n in recipe.__dataclass_fields__} | {"fit": fit})
    monkeypatch.setattr(execute.catalog, "recipe", lambda _: changed)


@pytest.mark.parametrize(
    ("error", "kind", "message", "code"),
    [
        (RuntimeError("boom"), "ProspectusError", "an internal error: RuntimeError.", 1),
        (MemoryError(), "ProspectusError", "more memory than this machine has", 1),
        (OSError(errno.ENOSPC, "No space left on device"), "DiskFull", "The disk is full", DISK_FULL_EXIT),
        (RuntimeError("I/O error: No space left on device (os error 28)"), "DiskFull", "disk is full", DISK_FULL_EXIT),
    ],
)
def test_every_failure_is_told(
    run: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, message: str, code: int
) -> None:
    _fails_with(monkeypatch, error)
    finish = execute.run_job(run)
    assert finish.exit_code == code
    end = _events(run)[-1]
    assert (end["kind"], end["state"], end["error"]["kind"]) == ("end", "failed", kind)
    assert message in end["error"]["message"]


def test_an_unknown_recipe_or_setting_is_named(tmp_path: Path, home: Path) -> None:
    run = make_run(tmp_path, home, "magic", {})
    assert "no recipe called “magic”" in str(execute.run_job(run).error)
    run = make_run(tmp_path, home, "baseline", {"depth": 3})
    assert "“depth” is no setting here" in str(execute.run_job(run).error)


def test_when_not_even_the_end_can_be_written(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        if b'"quality.accuracy"' in data or b'"end"' in data or b'"spend"' in data:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    finish = execute.run_job(run)
    assert isinstance(finish.error, DiskFull)
    assert finish.exit_code == DISK_FULL_EXIT
    monkeypatch.setattr(os, "write", real)
    assert execute.run_job(run).state == "complete"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"run": "x"}'])
def test_a_damaged_job_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "job.json").write_text(content)
    command = [sys.executable, "-m", "engine.execute", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is no job" in done.stderr


@pytest.mark.parametrize("moment", [1.3])
def test_killed_at_any_moment_it_completes(run: Path, moment: float) -> None:
    command = [sys.executable, "-m", "engine.execute", str(run)]
    child = subprocess.Popen(command)
    time.sleep(moment)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert subprocess.run(command, check=False).returncode == 0
    assert set(Counter(_live_points(run)).values()) == {1}
    spends = _events(run, "spend")
    assert all(a["end"] <= b["start"] for a, b in itertools.pairwise(spends))
    assert not (run / "artifact.partial").exists()
