"""`prospectus business`, as a person or a program calls it."""

import json
from pathlib import Path

import pytest

from engine.entrypoints.cli import run
from engine.entrypoints.cli.output import OK, WRONG_INPUT
from tests.unit.engine.actions.test_ideas import idea


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["business", *arguments])
    return code, capsys.readouterr().out


def test_models_are_compared_and_one_is_simulated(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    slug = idea()
    code, out = told(capsys, "compare", slug, "--paths", "300", "--json")
    assert code == OK
    empty = json.loads(out)
    assert empty["best"] is None
    assert "churn_per_month" in empty["models"][0]["missing"]
    code, out = told(capsys, "compare", slug, "--paths", "300", "--start", "Lin", "--json")
    models = json.loads(out)["models"]
    assert code == OK and len(models) == 8
    assert all(model["figures"]["npv_usd"]["median"] is not None for model in models)
    code, out = told(capsys, "simulate", slug, "--model", "usage", "--paths", "300", "--json")
    document = json.loads(out)
    assert code == OK
    assert document["grade"] == "assumed"
    assert len(document["tenths"]) == 10
    assert {swing["key"] for swing in document["tornado"]} == {part["key"] for part in document["sobol"]}
    code, out = told(capsys, "simulate", slug, "--model", "usage", "--paths", "300")
    assert code == OK and "share of variance" in out


def test_what_is_wrong_ends_with_its_own_code(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slug = idea()
    brought = tmp_path / "scenario.json"
    for text, said in (
        ("{", "no readable JSON"),
        ("[]", "no readable JSON"),
        ('{"currency": "EUR"}', "in USD, not EUR"),
        ('{"inputs": {"churn_per_month": {"value": 0}}}', "must be above 0.0 and at most 1.0, not 0"),
        ('{"models": {"usage": {"price_usd_per_1k": 1}}}', "Unknown because nothing is given for"),
    ):
        brought.write_text(text, encoding="utf-8")
        code, out = told(capsys, "simulate", slug, "--file", str(brought), "--json")
        assert code == WRONG_INPUT
        assert said in json.loads(out)["error"]["message"]
    for arguments, said in (
        (("simulate", slug, "--model", "barter"), "no business model called"),
        (("compare", slug, "--scenario", "nonsense"), "no scenario called"),
        (("compare", "nobody"), "no idea called"),
        (("compare", slug, "--paths", "0"), "from 1 to 1000000, not 0"),
    ):
        code, out = told(capsys, *arguments, "--json")
        assert code == WRONG_INPUT
        assert said in json.loads(out)["error"]["message"]
