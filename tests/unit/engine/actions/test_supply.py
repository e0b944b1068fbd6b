"""The run that would supply a figure."""

from pathlib import Path

import pytest

from db.models import Run
from db.session import session_scope
from engine.business.scenario import Estimate
from engine.entrypoints import actions
from engine.entrypoints.actions import scenarios, series
from engine.entrypoints.actions.actuals import bring_actuals
from engine.entrypoints.actions.supply import CAP_USD, queue_supply, run_supplies, supplies_in
from engine.errors import ConfigError, InputError, StateError, UnknownName
from engine.portfolio.ways import FORECAST, LIFETIME, PURCHASES, SMALLER, TEACH, Facts, monthly_growth, ways_of
from tests.businesses import idea_with_business
from tests.reviews import write_reviews

COST = "cost.per_1k_requests_usd"


@pytest.mark.sqlite_only
def test_the_advised_run_is_queued_once(database: str, tmp_path: Path) -> None:
    slug = actions.add_idea("Parcels", "Lin", "", "", "", "quality.f1_macro", 0.6, 100.0)
    with pytest.raises(InputError, match="“Parcels” has no data set"):
        queue_supply(slug, COST)
    data, _ = actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "Reviews", "CC0")
    actions.edit_idea(slug, dataset_id=data.id)
    queued = queue_supply(slug, COST)
    with session_scope() as session:
        run = session.get_one(Run, queued.run_id)
        assert (run.recipe, run.state) == (queued.recipe, "queued")
    assert queued.about == "Reviews" and queued.usd and queued.seconds and 0 < queued.usd <= CAP_USD
    with pytest.raises(StateError, match=queued.run_id):
        queue_supply(slug, COST)


def test_what_no_run_measures_is_refused(database: str) -> None:
    assert run_supplies("serving.rate_rps") and run_supplies("quality.f1_macro")
    assert not run_supplies("") and not run_supplies("market.churn_per_month")
    with pytest.raises(InputError, match="No run measures"):
        queue_supply("any", "market.churn_per_month")
    with pytest.raises(UnknownName):
        queue_supply("any", COST)


def test_each_figure_has_a_way_and_a_run_only_where_one_tells_it() -> None:
    whole = Facts(has_data=True, source_run="ab12", series=(3,))
    assert [way.run for way in ways_of("cost_per_1k_usd", COST, whole)] == [TEACH, SMALLER, ""]
    assert [way.page for way in ways_of("cost_per_1k_usd", COST, Facts())] == ["data", "type"]
    assert [way.run for way in ways_of("quality.f1_macro", "", Facts(has_data=True, source_run="ab12"))] == [TEACH]
    assert ways_of("lead_growth_per_month", "", whole)[0].run == FORECAST
    assert [way.page for way in ways_of("lead_growth_per_month", "", Facts())] == ["forecasts", "type"]
    known = ways_of("lead_growth_per_month", "", Facts(series=(3,), is_forecast=True))
    assert [(way.run, way.page) for way in known] == [("", "type")]
    by_hand = {"churn_per_month": "unit_economics", "paid.conversion": "users", "device_usd_per_hour": "rates"}
    measures = {"paid.conversion": "market.conversion", "device_usd_per_hour": "cost.device_usd_per_hour"}
    for key, page in by_hand.items():
        assert [way.page for way in ways_of(key, measures.get(key, ""), whole)] == [page, "type"]
    for key in ("hours_saved_per_customer", "payment_fee_share", "subscription.price_usd", "cash_usd"):
        (only,) = ways_of(key, "", whole)
        assert (only.page, only.run) == ("type", "") and only.why.startswith("No run measures it")


@pytest.mark.sqlite_only
def test_a_forecast_and_a_fit_are_queued_and_what_lacks_them_is_listed(database: str, tmp_path: Path) -> None:
    slug = actions.add_idea("Parcels", "Lin", "", "", "", "quality.f1_macro", 0.6, 100.0)
    with pytest.raises(InputError, match="No series speaks"):
        queue_supply(slug, "lead_growth_per_month", FORECAST)
    sales, bought = tmp_path / "sales.csv", tmp_path / "bought.csv"
    rows = [f"{2021 + i // 12}-{i % 12 + 1:02d}-01,{90 + 3 * i}" for i in range(36)]
    sales.write_text("\n".join(["ds,parcels", *rows, ""]), encoding="utf-8")
    (series_id,) = series.bring(sales, name="Shops", product=slug).series.values()
    series.speak_for_market(series_id)
    queued = queue_supply(slug, "lead_growth_per_month", FORECAST)
    assert (queued.recipe, queued.about, queued.usd) == ("forecast", "parcels", None)
    with pytest.raises(StateError, match=queued.run_id):
        queue_supply(slug, "lead_growth_per_month", FORECAST)
    actions.stop_run(queued.run_id)
    bought.write_text("customer,date,amount\na,2025-01-03,5\nb,2025-02-03,7\na,2025-03-01,5\n", encoding="utf-8")
    bring_actuals(slug, bought, "purchases", "Lin")
    with session_scope() as session:
        found = supplies_in(session, (slug,))
    facts = found.facts[slug]
    assert {gap.key: gap.ways[0].run or gap.ways[0].page for gap in found.gaps} == {
        "quality.f1_macro": "data", "market.growth_per_year": FORECAST, PURCHASES: LIFETIME,
    }  # fmt: skip
    actions.stop_run(facts.live_run)
    fit = queue_supply(slug, PURCHASES, LIFETIME)
    assert (fit.recipe, fit.about) == ("customer_lifetime", "bought.csv") and fit.run_id != facts.live_run


@pytest.mark.sqlite_only
def test_nearer_ends_are_typed_into_a_new_scenario_of_each_idea(database: str) -> None:
    one, other = idea_with_business("One", 49.0), idea_with_business("Other", 29.0)
    scenarios.narrow_figure([one, other], "payment_fee_share", Estimate(0.03, 0.029, 0.031, why="its list"), "Lin")
    with session_scope() as session:
        for slug in (one, other):
            typed = scenarios.read_given(session, slug).scenario.inputs["payment_fee_share"]
            assert (typed.value, typed.low, typed.high, typed.grade, typed.why) == (
                0.03, 0.029, 0.031, "assumed", "its list",
            )  # fmt: skip
    with pytest.raises(ConfigError, match=r"must be from 0\.0 to 0\.5, not 3"):
        scenarios.narrow_figure([one], "payment_fee_share", Estimate(3.0), "Lin")
    with pytest.raises(UnknownName):
        scenarios.narrow_figure([one], "subscription.nonsense", Estimate(3.0), "Lin")


def test_a_year_s_growth_as_that_of_its_months() -> None:
    assert monthly_growth(0.6010322) == pytest.approx(0.04) and monthly_growth(0.0) == 0
    assert monthly_growth(-1.5) == -1, "no market shrinks by more than all of it"
