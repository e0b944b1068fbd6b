"""The command line as a program meets it: one document, the right exit code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.entrypoints.cli import run
from engine.entrypoints.cli.output import OK, PART_MISSING, RUN_FAILED, RUN_STOPPED, WRONG_INPUT
from tests.flow.conftest import ROOT
from tests.flow.real import write_reviews

RUN_KEYS = {
    "run",
    "task",
    "recipe",
    "state",
    "validation",
    "test",
    "seconds",
    "peak_memory_mb",
    "cost_usd",
    "latency_ms",
    "artifact",
}


@pytest.fixture
def reviews(tmp_path: Path, database: str) -> Path:
    return write_reviews(tmp_path / "reviews.csv")


def prospectus(*arguments: str) -> tuple[int, Any]:
    """The command in a process of its own: exit code and the one document on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "engine.entrypoints.cli", *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, "PROSPECTUS_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def here(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """The same in this process, for what trains nothing."""
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_tune_prints_one_finished_run(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, tuned = prospectus("tune", "--task", "text_classification", "--data", str(reviews), "--text-column", "text",
                             "--label-column", "label", "--recipe", "baseline")  # fmt: skip
    assert code == OK
    assert tuned.keys() >= RUN_KEYS
    assert (tuned["state"], tuned["recipe"], tuned["test"]) == ("complete", "baseline", None)
    accuracy = tuned["validation"]["accuracy"]
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"] and accuracy["value"] > 0.8
    assert tuned["seconds"] > 0 and tuned["cost_usd"] > 0 and tuned["peak_memory_mb"] > 0
    assert 0 < tuned["latency_ms"]["p50"] <= tuned["latency_ms"]["p95"]
    assert (Path(tuned["artifact"]) / "manifest.json").is_file()

    code, listed = here(capsys, "runs", "list")
    assert code == OK and listed == [tuned]
    code, shown = here(capsys, "runs", "show", tuned["run"])
    assert code == OK and {"series", "notes", "facts", "phases"} <= shown.keys()
    assert sum(shown["phases"].values()) == pytest.approx(tuned["seconds"])
    code, said = here(capsys, "predict", "--run", tuned["run"], "--input", "a lovely lamp", "--input", "awful, broken")
    assert code == OK and [result["label"] for result in said["results"]] == ["positive", "negative"]
    assert sum(said["results"][0]["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_several_recipes_share_a_data_set_and_can_be_compared(
    reviews: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["tune", "--data", str(reviews), "--recipe", "baseline", "--recipe", "baseline", "--config", "c=2"]
    code, tuned = prospectus(*arguments, "--show-test")
    assert code == OK
    runs = [each["run"] for each in tuned["runs"]]
    assert all(each["test"]["f1_macro"]["n"] > 10 and each["config"]["c"] == 2 for each in tuned["runs"])
    code, compared = here(capsys, "runs", "compare", *runs)
    assert code == OK
    assert compared["runs"][1]["against_first"]["verdict"] == "no_difference"


def test_a_queued_run_waits_for_a_worker(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("tune", "--data", str(reviews), "--recipe", "baseline", "--queue")
    code, tuned = here(capsys, *arguments)
    assert (code, tuned["state"], tuned["validation"], tuned["artifact"]) == (OK, "queued", None, None)
    code, stopped = here(capsys, "runs", "stop", tuned["run"])
    assert (code, stopped["state"]) == (OK, "stopped")
    code, resumed = here(capsys, "runs", "resume", tuned["run"])
    assert (code, resumed["state"]) == (OK, "queued")


def test_exit_code_when_a_budget_stops_a_run(reviews: Path) -> None:
    code, tuned = prospectus("tune", "--data", str(reviews), "--recipe", "baseline", "--budget-usd", "0.00000001")
    assert (code, tuned["state"], tuned["stop_reason"]) == (RUN_STOPPED, "stopped", "budget")


def test_exit_code_when_a_run_fails(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, data = here(capsys, "data", "import", str(reviews))
    shutil.rmtree(Path(os.environ["PROSPECTUS_HOME"]) / "datasets")
    code, tuned = prospectus("tune", "--data", str(data["dataset"]), "--recipe", "baseline")
    assert (code, tuned["state"]) == (RUN_FAILED, "failed")
    assert tuned["error"]["message"]


def test_exit_code_when_a_part_is_missing(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = here(
        capsys, "tune", "--data", str(reviews), "--recipe", "lora", "--config", "model=nobody/has-this", "--queue"
    )
    assert code == PART_MISSING
    assert "nobody/has-this" in said["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("tune", "--nonsense"), "--nonsense"),
        (("runs", "show", "nope"), "nope"),
        (("runs", "list", "--state", "sleeping"), "sleeping"),
        (("data", "profile", "there-is-no.csv"), "there-is-no.csv"),
        (("predict", "--run", "nope", "--input", "x"), "nope"),
        (("products", "show", "no-idea"), "no-idea"),
        (("products", "add", "X", "--owner", "A", "--minimum", "0.9", "--assume", "price=cheap"), "price=cheap"),
        (("products", "add", "X", "--owner", "A", "--minimum", "7"), "7"),
    ],
)
def test_wrong_input_is_named(
    arguments: tuple[str, ...], word: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = here(capsys, *arguments)
    assert code == WRONG_INPUT
    assert word in said["error"]["message"]


@pytest.mark.parametrize("setting", ["nonsense=1", "c", "lora.rank=8", "c=-1", "=3"])
def test_a_wrong_setting_queues_nothing(setting: str, reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = here(capsys, "tune", "--data", str(reviews), "--recipe", "baseline", "--config", setting, "--queue")
    assert code == WRONG_INPUT
    assert here(capsys, "runs", "list") == (OK, [])


def test_several_runs_are_queued_all_or_none(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("tune", "--data", str(reviews), "--recipe", "baseline", "--recipe", "nonsense", "--queue")
    code, said = here(capsys, *arguments)
    assert code == WRONG_INPUT and "nonsense" in said["error"]["message"]
    assert [each["state"] for each in here(capsys, "runs", "list")[1]] in ([], ["stopped"])


def test_ideas_and_data_are_listed_and_shown(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    adding = ("products", "add", "Parcel insight", "--owner", "Mei", "--minimum", "0.8")
    assert here(capsys, *adding, "--assume", "price=0.5:0.3:0.8")[0] == OK
    code, data = here(capsys, "data", "import", str(reviews), "--product", "parcel-insight", "--licence", "CC0")
    assert code == OK and not data["already"]
    assert here(capsys, "data", "import", str(reviews))[1]["already"]
    assert here(capsys, "data", "list")[1][0]["products"] == ["parcel-insight"]
    assert here(capsys, "data", "profile", str(data["dataset"]))[1]["rows"] == 150
    assert here(capsys, "data", "profile", str(reviews))[1]["text_column"] == "text"
    code, shown = here(capsys, "products", "show", "parcel-insight")
    assert code == OK and shown["evidence"]["economics.price_per_1k_usd"]["grade"] == "assumed"
    assert [idea["product"] for idea in here(capsys, "products", "list")[1]] == ["parcel-insight"]


def test_without_json_a_person_reads_lines(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["runs", "list"]) == OK
    assert capsys.readouterr().out == "(none)\n"
    assert run([]) == WRONG_INPUT
    assert run(["runs", "show", "nope"]) == WRONG_INPUT
    assert "nope" in capsys.readouterr().err


def test_a_new_database_needs_no_step_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert prospectus("runs", "list") == (OK, [])


def test_a_large_model_is_estimated_from_its_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32}
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": 128256, "intermediate_size": 8192}))
    assert run(["estimate", str(folder), "--method", "full", "--steps", "10", "--usd-per-hour", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["model"] == "mine"
    assert found["usd"]["value"] == pytest.approx(2 * found["device_seconds"]["value"] / 3600)
    assert found["grade"] == "assumed"  # a price typed by a person
    (folder / "config.json").write_text("[1]")
    assert run(["estimate", str(folder), "--json"]) == 2
    assert "config.json" in json.loads(capsys.readouterr().out)["error"]["message"]
