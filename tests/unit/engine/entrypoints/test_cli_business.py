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
    assert "churn_per_month" in empty["missing"]
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


def test_actuals_are_brought_and_used(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slug = idea()
    table = tmp_path / "invoices.csv"
    rows = [f"c{i % 10},2025-{1 + i // 10:02d}-05,20" for i in range(60) if not (i % 10 < 3 and i >= 40)]
    table.write_text("customer,date,amount\n" + "\n".join(rows) + "\n", encoding="utf-8")
    given = ("actuals", slug, str(table), "--kind", "invoices", "--author", "Lin", "--json")
    code, out = told(capsys, *given, "--use")
    found = json.loads(out)
    assert code == OK
    assert found["customers"] == 10 and found["months"][0] == {"month": "2025-01", "customers": 10, "revenue_usd": 200}
    assert found["scenario"]
    table.write_text("customer,date,amount,currency\na,2025-01-05,20,EUR\n", encoding="utf-8")
    code, out = told(capsys, *given)
    assert code == WRONG_INPUT
    assert "All amounts must be in USD; the file has EUR" in json.loads(out)["error"]["message"]
