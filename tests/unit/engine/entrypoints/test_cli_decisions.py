"""`prospectus decisions` and `risks`: what goes in comes out, and what breaks a rule is said."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.entrypoints import actions
from engine.entrypoints.cli.decisions import app, risks
from engine.errors import InputError, UnknownName


def answer(group: Any, *words: str) -> Any:
    found = CliRunner().invoke(group, [*words, "--json"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_decisions_and_risks_go_in_and_come_out(database: str) -> None:
    idea = actions.add_idea("Parcel insight", "Lin", "post", "Shops", "", "quality.f1_macro", 0.6, 100.0)
    by = ("--author", "Lin")
    first = answer(app, "add", idea, "hold", "--reason", "No price yet", "--review", "2099-01-31", *by)
    assert (first["verdict"], first["review_on"], first["stands"]) == ("hold", "2099-01-31", True)
    answer(app, "outcome", str(first["id"]), "better", "--what", "Two offers", *by)
    (logged,) = answer(app, "list", "--idea", idea)["decisions"]
    assert logged["outcomes"][0]["came"] == "better" and not logged["due"]
    with pytest.raises(InputError, match="a date such as 2027-03-31, not “tomorrow”"):
        answer(app, "add", idea, "go", "--reason", "x", "--review", "tomorrow", *by)
    with pytest.raises(UnknownName, match="nobody"):
        answer(app, "list", "--idea", "nobody")
    steps = ("--likelihood", "3", "--impact", "5", *by)
    added = answer(risks, "add", idea, "law", "Consent is missing", *steps, "--owner", "Mei")
    assert (added["exposure"], added["pressing"], added["owner"]) == (15, True, "Mei")
    answer(risks, "see", str(added["id"]), "--likelihood", "1", "--impact", "5", *by, "--closed")
    (seen,) = answer(risks, "list")["risks"]
    assert (seen["closed"], seen["pressing"], seen["seen_before"]) == (True, False, 1)
