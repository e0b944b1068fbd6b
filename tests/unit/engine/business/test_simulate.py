"""The simulation against closed forms and against a plain loop written apart from it."""

import dataclasses
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import pytest

from engine import catalog
from engine.business.draws import Futures
from engine.business.flow import lucky
from engine.business.scenario import Money, Scenario
from engine.business.simulate import NEVER, Deal, Paths, Unknown, prepare, simulate
from engine.business.usage import decile_multiples
from engine.spec import build_config
from tests.unit.engine.business.material import fixed, plain_subscription, scenario
from tests.unit.engine.business.plain import one_future

MODELS = list(catalog.pricing_models())
CLOSE = 0.005


def deal_of(given: Scenario, model: str = "subscription", paths: int = 1, *, luck: bool = False) -> Deal:
    return prepare(given, catalog.pricing_model(model), Futures(paths), luck=luck)


def run(given: Scenario, model: str = "subscription", paths: int = 1, *, luck: bool = False) -> Paths:
    return simulate(deal_of(given, model, paths, luck=luck))


def settings(given: Scenario, model: str) -> dict[str, Any]:
    return dataclasses.asdict(build_config(catalog.pricing_model(model).config, given.models[model]))


def test_customers_and_cash_follow_the_geometric_series() -> None:
    """After n months n0 (1 - (1 - c)^n) / c are there, each paying 80."""
    found = run(plain_subscription(**{"organic.cost_per_lead_usd": 0}))
    there = [20 * (1 - 0.95**n) / 0.05 for n in range(1, 37)]
    assert found.totals["customers_last"][0] == pytest.approx(there[-1], rel=1e-5)
    assert np.diff(found.cash[:, 0]) == pytest.approx(80 * np.array(there), rel=1e-4)
    assert found.npv[0] == pytest.approx(80 * sum(there), rel=1e-5)


def test_break_even_and_payback_come_in_the_month_of_the_closed_form() -> None:
    """32,000 (1 - 0.95^n) of margin against 12,000 of leads: n = ln(1.6) / -ln(.95) = 9.2."""
    found = run(plain_subscription())
    assert found.break_even_month[0] == 10
    margins = np.cumsum([32_000 * (1 - 0.95**n) - 12_000 for n in range(1, 37)])
    assert found.paid_back_month[0] == 1 + int(np.argmax(margins >= 0))
    assert found.low_point[0] == pytest.approx(min(0, margins.min()), rel=1e-4)


def test_what_never_pays_never_breaks_even() -> None:
    found = run(plain_subscription(fixed_usd_per_month=1e6))
    assert found.break_even_month[0] == found.paid_back_month[0] == NEVER


@pytest.mark.parametrize("serving", ["shared", "reserved"])
@pytest.mark.parametrize("model", MODELS)
def test_it_agrees_with_the_plain_loop(model: str, serving: str) -> None:
    given = fixed()
    inputs = {k: e.value for k, e in given.inputs.items()} | {"device_usd_per_hour": 0.01, "device_rps": 3.0}
    given = dataclasses.replace(given, serving=serving) if serving == "shared" else _reserved(given)
    found = run(given, model)
    cash, npv, _ = one_future(given, model, inputs, settings(given, model), decile_multiples(0.5))
    scale = max(abs(c) for c in cash)
    assert found.cash[:, 0] == pytest.approx(np.array(cash), abs=CLOSE / 50 * scale)
    assert found.npv[0] == pytest.approx(npv, abs=CLOSE / 50 * scale)


def _reserved(given: Scenario) -> Scenario:
    from engine.business.scenario import Estimate

    more = {"device_usd_per_hour": Estimate(0.01), "device_rps": Estimate(3.0)}
    return dataclasses.replace(given, inputs={**given.inputs, **more}, serving="reserved")


@pytest.mark.parametrize("model", ["freemium", "usage", "licence"])
def test_uncertain_futures_agree_with_the_plain_loop_one_by_one(model: str) -> None:
    given = scenario()
    deal = deal_of(given, model, 40)
    found = simulate(deal)
    for path in range(0, 40, 7):
        inputs = {k: float(v[path if v.size > 1 else 0]) for k, v in deal.drawn.items()}
        terms = {k: float(v[path]) if isinstance(v, np.ndarray) else v for k, v in deal.terms.items()}
        cash, npv, _ = one_future(given, model, inputs, terms, decile_multiples(inputs["top_tenth_share"]))
        scale = max(abs(c) for c in cash)
        assert found.cash[:, path] == pytest.approx(np.array(cash), abs=CLOSE * scale)
        assert found.npv[path] == pytest.approx(npv, abs=CLOSE * scale)


def test_futures_are_the_same_for_a_seed_whatever_their_number_and_the_threads() -> None:
    given = scenario()
    few, many = run(given, paths=3000, luck=True), simulate(deal_of(given, paths=5000, luck=True), threads=2)
    assert np.array_equal(few.npv, many.npv[:3000])
    assert np.array_equal(few.cash, many.cash[:, :3000])


def test_scenarios_meet_in_the_same_futures() -> None:
    """A change of one figure moves every future by its own effect alone: cash differs by exactly that."""
    given = scenario()
    dearer = dataclasses.replace(
        given, inputs={**given.inputs, "build_usd": dataclasses.replace(given.inputs["cash_usd"], value=0.0)}
    )
    cheap, dear = run(dearer, paths=500, luck=True), run(given, paths=500, luck=True)
    build = deal_of(given, paths=500).drawn["build_usd"]
    assert cheap.npv - dear.npv == pytest.approx(build, rel=1e-3)


def test_luck_keeps_the_expected_number_and_has_a_poisson_variance() -> None:
    z = Futures(200_000).normals("luck", (1, 200_000))
    for expected in (0.5, 4.0, 50.0):
        drawn = lucky(np.full((1, 200_000), expected, np.float32), z)
        assert drawn.mean() == pytest.approx(expected, rel=0.03)
        assert drawn.var() == pytest.approx(expected, rel=0.15)
        assert (drawn >= 0).all()


def test_a_chance_of_funding_comes_true_as_often() -> None:
    given = replace(fixed(), money=(Money(3, 1e6, chance=0.3, kind="funding"),))
    found = run(given, paths=20_000)
    rich = found.cash[-1] > median(found.cash[-1]) + 5e5
    assert rich.mean() == pytest.approx(0.3, abs=0.015)
    assert np.ptp(found.npv) == 0, "funding is no income"


def test_an_empty_input_makes_the_result_unknown_and_is_named() -> None:
    with pytest.raises(Unknown, match="Churn a month; Staff; Usage-based API: Price of 1,000 requests") as caught:
        given = scenario(without=("churn_per_month", "staff_usd_per_month"), models={"usage": {}}, ranges={})
        deal_of(given, "usage")
    assert caught.value.keys == ("churn_per_month", "staff_usd_per_month", "usage.price_usd_per_1k")


def test_with_nothing_given_everything_is_named_and_nothing_fails() -> None:
    with pytest.raises(Unknown) as caught:
        deal_of(Scenario())
    assert "organic.leads_per_month" in caught.value.keys
    assert len(caught.value.keys) > 12
