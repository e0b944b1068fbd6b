"""A scenario from being typed to evidence in the ledger, by its link, and in the portfolio's futures."""

from pathlib import Path

import pytest

from db.session import session_scope
from engine.business.joint import IdeaPaths
from engine.business.scenario import Estimate, Hire, Money
from engine.entrypoints import actions
from engine.entrypoints.actions.actuals import bring_actuals, use_actuals
from engine.entrypoints.actions.business import joint_paths
from engine.entrypoints.actions.scenarios import (
    change_inputs,
    change_model,
    change_plan,
    read_given,
    read_saved,
    start_scenario,
)
from engine.errors import ConfigError, DataError, InputError, ProspectusError, StateError, UnknownName
from tests.unit.engine.actions.test_ideas import figures, idea, run_for


def given(slug: str, key: str = ""):  # type: ignore[no-untyped-def]
    with session_scope() as session:
        return read_given(session, slug, key)


def test_a_scenario_becomes_evidence_of_the_weakest_grade(database: str) -> None:
    slug = idea()
    start_scenario(slug, "Lin")
    key = change_model(slug, "", "subscription", {"basic_usd_per_seat": 29.0, "seats": 2.0}, {}, "Lin", chosen=True)
    found = figures(slug)
    for measure in ("npv_usd", "p_break_even_24m", "ltv_usd", "cac_usd", "ltv_to_cac", "payback_months"):
        figure = found[f"economics.{measure}"]
        assert figure.grade == "assumed"
        assert dict(figure.context) == {"scenario": key, "model": "subscription"}
    npv = found["economics.npv_usd"]
    assert npv.low < npv.value < npv.high
    assert "economics.p_cash_out" not in found, "the cash in hand is not given"
    change_inputs(slug, key, {"cash_usd": Estimate(500_000.0)}, "Lin")
    assert 0 <= figures(slug)["economics.p_cash_out"].value <= 1


def test_measured_cost_flows_in_and_typing_replaces_it(database: str) -> None:
    slug = idea()
    actions.adopt_run(slug, run_for(slug), "Lin")
    scenario = given(slug).scenario
    cost = figures(slug)["cost.per_1k_requests_usd"]
    taken = scenario.inputs["cost_per_1k_usd"]
    assert (taken.value, taken.evidence, taken.grade) == (cost.value, cost.id, cost.grade)
    assert "organic.conversion" not in scenario.inputs, "of a channel that nobody uses"
    start_scenario(slug, "Lin")
    change_model(slug, "", "usage", {"price_usd_per_1k": 0.5}, {"price_usd_per_1k": (0.2, 1.0)}, "Lin", chosen=True)
    assert figures(slug)["economics.npv_usd"].weakest_input is not None
    key = change_inputs(slug, "", {"cost_per_1k_usd": Estimate(9.0, why="what if")}, "Mei")
    typed = given(slug, key).scenario.inputs["cost_per_1k_usd"]
    assert (typed.value, typed.grade, typed.source, typed.evidence) == (9.0, "assumed", "Mei", None)
    change_inputs(slug, "", {"cost_per_1k_usd": None}, "Mei")
    assert given(slug).scenario.inputs["cost_per_1k_usd"].evidence == cost.id


def test_each_change_is_a_new_scenario_under_its_own_link(database: str) -> None:
    slug = idea()
    first = start_scenario(slug, "Lin")
    second = change_inputs(slug, first, {"churn_per_month": Estimate(0.1)}, "Mei", "Worse")
    assert given(slug, first).scenario.inputs["churn_per_month"].value == 0.04
    assert given(slug).key == second
    with session_scope() as session:
        assert next((row.name, row.author) for row in read_saved(session, slug)) == ("Worse", "Mei")
    other = idea(name="Other idea")
    for key in ("nonsense", first[:-1] + "x"):
        with pytest.raises(UnknownName, match=f"no scenario called “{key}”"):
            given(slug, key)
    with pytest.raises(UnknownName):
        given(other, first)


def test_hires_grants_and_reserved_devices_are_kept(database: str) -> None:
    slug = idea()
    start_scenario(slug, "Lin")
    change_plan(slug, "", [Hire(12, 5000.0)], [Money(3, 20_000.0, 0.5)], "reserved", "Lin")
    scenario = given(slug).scenario
    assert scenario.hires == (Hire(12, 5000.0),)
    assert scenario.money == (Money(3, 20_000.0, 0.5),)
    assert scenario.serving == "reserved"


def test_what_breaks_a_rule_is_not_saved(database: str) -> None:
    slug = idea()
    with pytest.raises(ConfigError, match=r"Churn a month must be above 0\.0 and at most 1\.0, not 1\.5"):
        change_inputs(slug, "", {"churn_per_month": Estimate(1.5)}, "Lin")
    with pytest.raises(InputError, match="The author"):
        start_scenario(slug, "  ")
    with session_scope() as session:
        assert read_saved(session, slug) == ()


def test_ideas_are_simulated_in_the_same_futures_and_the_others_say_why_not(database: str) -> None:
    ready, empty, halfway = idea(), idea(name="Empty"), idea(name="Halfway")
    start_scenario(ready, "Lin")
    change_inputs(halfway, "", {"churn_per_month": Estimate(0.05)}, "Lin")
    found = joint_paths(paths=200)
    assert list(found) == [ready, empty, halfway]
    assert isinstance(found[ready], IdeaPaths)
    assert isinstance(found[empty], StateError)
    assert isinstance(found[halfway], ProspectusError) and "no business model" in str(found[halfway])


def test_churn_that_was_seen_is_used_as_measured(database: str, tmp_path: Path) -> None:
    slug = idea()
    rows = [f"c{i},2025-01-0{1 + i % 9},{'2025-09-01' if i % 3 == 0 else ''}" for i in range(60)]
    path = tmp_path / "subs.csv"
    path.write_text("customer,start,end\n" + "\n".join(rows) + "\n", encoding="utf-8")
    number = bring_actuals(slug, path, "subscriptions", "Lin")
    assert bring_actuals(slug, path, "subscriptions", "Lin") == number, "the same file is kept once"
    key = use_actuals(slug, "", number, "Lin")
    churn = given(slug, key).scenario.inputs["churn_per_month"]
    assert churn.grade == "measured"
    assert churn.source.startswith("subs.csv, sha256:")
    assert churn.low is not None and churn.low < churn.value
    assert figures(slug)["market.churn_per_month"].id == churn.evidence, "it stands in the ledger"
    with pytest.raises(UnknownName, match="no kind of table called “receipts”"):
        bring_actuals(slug, path, "receipts", "Lin")
    with pytest.raises(DataError, match="need a column for amount"):
        bring_actuals(slug, path, "invoices", "Lin")
