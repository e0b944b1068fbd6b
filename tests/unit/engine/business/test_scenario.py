"""Scenarios: what is refused with rule and value, what is missing and named, starting points, findings."""

from dataclasses import replace
from typing import Any

import pytest

from engine import catalog
from engine.business.compare import best, compare, findings
from engine.business.customer import customer_side
from engine.business.draws import Futures
from engine.business.free import cost_curve, holds_until, spending
from engine.business.joint import idea_paths
from engine.business.scenario import (
    Estimate,
    Hire,
    Money,
    Scenario,
    check,
    chosen_model,
    from_document,
    missing_inputs,
    to_document,
)
from engine.business.simulate import Unknown
from engine.business.starting import WHY, start_from
from engine.errors import ConfigError, InputError
from tests.unit.engine.business.material import fixed, plain_subscription, scenario

MODELS = catalog.pricing_models()
EVERY = list(MODELS.values())


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        ("churn_per_month", Estimate(0.0), "Churn a month must be above 0.0 and at most 1.0, not 0.0"),
        ("churn_per_month", Estimate(1.2), "Churn a month must be above 0.0 and at most 1.0, not 1.2"),
        ("churn_per_month", Estimate(0.05, 0.0, 0.1), "above 0.0 and at most 1.0, not 0.0"),
        ("build_usd", Estimate(-1.0), "To build it must be at least 0.0, not -1.0"),
        ("activation", Estimate(2.0), "must be from 0.0 to 1.0, not 2.0"),
        ("build_usd", Estimate(5.0, 6.0, 7.0), "To build it: 5.0 must lie between 6.0 and 7.0"),
        ("build_usd", Estimate(float("nan")), "To build it must be at least 0.0, not nan"),
        ("nonsense", Estimate(1.0), "There is no input called “nonsense”"),
    ],
)
def test_a_figure_that_breaks_a_rule_is_refused(key: str, given: Estimate, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("(", r"\(")):
        check(Scenario({key: given}), MODELS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"currency": "EUR"}, "in USD, not EUR: convert it first"),
        ({"models": {"barter": {}}}, "no business model called “barter”"),
        ({"models": {"usage": {"price_usd_per_1k": -1}}}, "price_usd_per_1k must be at least 0, not -1"),
        ({"models": {"usage": {"third_from": 5.0}}}, "third tier begins at 5.0"),
        ({"models": {"subscription": {"plus_share": 0.7, "pro_share": 0.6}}}, "add up to 1.29"),
        ({"models": {"usage": {"price_usd_per_1k": 3.0}}, "ranges": {"usage.price_usd_per_1k": (4.0, 5.0)}}, "between"),
        ({"hires": (Hire(40, 1000.0),)}, "month from 1 to 36 and a sum, not month 40"),
        ({"money": (Money(3, 1000.0, chance=1.5),)}, "chance must be from 0 to 1, not 1.5"),
    ],
)
def test_a_scenario_that_breaks_a_rule_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        check(replace(Scenario(), **change), MODELS)


def test_every_fault_is_told_at_once() -> None:
    wrong = Scenario({"churn_per_month": Estimate(0), "build_usd": Estimate(-1)}, {"barter": {}})
    with pytest.raises(ConfigError) as caught:
        check(wrong, MODELS)
    assert len(caught.value.faults) == 3


def test_a_scenario_survives_being_written_down() -> None:
    given = scenario()
    assert from_document(to_document(given)) == given
    for wrong in ({"inputs": {"churn_per_month": {"grade": "sure"}}}, {"hires": [{"when": 3}]}, {"ranges": {"a": [1]}}):
        with pytest.raises(InputError, match="This is no scenario"):
            from_document(wrong)


def test_what_is_missing_depends_on_what_is_used() -> None:
    assert "organic.leads_per_month" in missing_inputs(Scenario())
    paid = Scenario({"paid.leads_per_month": Estimate(10)})
    assert {"paid.cost_per_lead_usd", "paid.conversion"} <= set(missing_inputs(paid))
    assert "organic.leads_per_month" not in missing_inputs(paid)
    reserved = missing_inputs(Scenario(serving="reserved"))
    assert {"device_usd_per_hour", "device_rps"} <= set(reserved) and "cost_per_1k_usd" not in reserved


def test_starting_points_fill_what_is_empty_say_so_and_leave_the_rest() -> None:
    typed = Estimate(0.07, grade="measured", source="shop")
    found = start_from(Scenario({"churn_per_month": typed}), EVERY, "Lin")
    check(found, MODELS)
    assert missing_inputs(found) == ()
    assert found.inputs["churn_per_month"] is typed
    others = [given for key, given in found.inputs.items() if key != "churn_per_month"]
    assert {(given.grade, given.why, given.source) for given in others} == {("assumed", WHY, "Lin")}
    assert "cash_usd" not in found.inputs, "nobody remembers what a founder has"
    assert all(row.outcome is not None for row in compare(found, EVERY, Futures(200)))


def test_without_cash_in_hand_only_what_needs_it_is_unknown() -> None:
    (row,) = compare(scenario(without=("cash_usd",)), [MODELS["usage"]], Futures(500))
    assert row.outcome is not None
    assert set(row.outcome.unknown) == {"p_cash_out", "runway_months"}
    assert "p_cash_out" not in row.outcome.chances


def test_zero_customers_make_what_a_customer_costs_unknown_and_nothing_else() -> None:
    nobody = {"organic.leads_per_month": Estimate(0), "paid.leads_per_month": Estimate(0)}
    given = scenario()
    (row,) = compare(replace(given, inputs={**given.inputs, **nobody}), [MODELS["subscription"]], Futures(300))
    assert row.outcome is not None
    assert row.outcome.unknown["cac_usd"] == "Unknown because no customer comes."
    assert row.outcome.unknown["gross_margin"] == "Unknown because there is no revenue."
    assert row.outcome.figures["npv_usd"].median < 0


def test_a_price_below_cost_is_told_with_both() -> None:
    given = fixed()
    dear = replace(given, inputs={**given.inputs, "cost_per_1k_usd": Estimate(2.0)})
    told = [str(finding) for finding in findings(dear, MODELS["usage"])]
    assert "A further 1,000 requests bring 0.2 USD and cost 2 USD to serve: each adds to the loss." in told
    assert any("heaviest tenth" in text for text in told)
    assert findings(given, MODELS["licence"]) == []
    free_plan = [str(f) for f in findings(dear, MODELS["freemium"])]
    assert any("“Free plan” loses" in text for text in free_plan)


def test_models_without_prices_are_unknown_beside_those_that_have_them() -> None:
    given = replace(scenario(), models={"usage": {"price_usd_per_1k": 0.5}}, ranges={})
    rows = compare(given, EVERY, Futures(200))
    assert [row.model for row in rows if row.outcome is not None] == ["usage"]
    assert isinstance(rows[0].unknown, Unknown)
    found = best(rows)
    assert found is not None and found.model == "usage"


def test_free_fails_by_what_it_spends_and_holds_while_serving_is_cheap() -> None:
    given = plain_subscription(
        **{"organic.cost_per_lead_usd": 0, "requests_per_customer": 10_000, "cost_per_1k_usd": 0.1}
    )
    free = replace(given, models={"free": {"sign_ups": 1.0, "advertising_usd_per_1k": 0.2}})
    curve = cost_curve(free, MODELS["free"])
    assert holds_until(curve) == pytest.approx(0.2, rel=0.15)
    spent = spending(free, MODELS["free"])
    assert spent.revenue == pytest.approx(2 * spent.serving, rel=1e-3)
    assert holds_until(cost_curve(replace(free, models={"free": {"sign_ups": 1.0}}), MODELS["free"])) is None


def test_the_customers_side() -> None:
    """20 hours at 30 US$ against 80 paid: 520 left, 6.5 times what they pay."""
    found = customer_side(
        plain_subscription(hours_saved_per_customer=20, customer_usd_per_hour=30), MODELS["subscription"]
    )
    assert (found.saved, found.paid, found.gain) == pytest.approx((600, 80, 520))
    assert found.back == pytest.approx(6.5)
    with pytest.raises(Unknown, match="Hours saved; An hour of theirs"):
        customer_side(plain_subscription(), MODELS["subscription"])


def test_ideas_meet_in_the_same_futures() -> None:
    given = scenario()
    one, again = (idea_paths(given, MODELS["usage"], "a", paths=400) for _ in range(2))
    other = idea_paths(given, MODELS["usage"], "b", paths=400)
    assert (one.npv == again.npv).all()
    assert (one.npv != other.npv).any()
    assert (one.drivers["discount_per_year"].values == other.drivers["discount_per_year"].values).all()
    assert (one.drivers["churn_per_month"].values != other.drivers["churn_per_month"].values).any()
    assert one.drivers["churn_per_month"].measure == "market.churn_per_month"
    assert one.cash.shape == (37, 400)
    assert (one.spent_usd >= 0).all()
    assert chosen_model(given) == "free" and chosen_model(replace(given, chosen="usage")) == "usage"
    with pytest.raises(InputError, match="no business model"):
        chosen_model(Scenario())
