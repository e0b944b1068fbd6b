"""The size of a market through the verbs: written down, computed, taken back, refused."""

from typing import Any

import pytest

from db.session import in_transaction
from db.views.demand import Demand, demand
from engine.entrypoints import actions
from engine.entrypoints.actions.sizes import fit_curve, parsed_sales, size_market
from engine.errors import InputError

BUYERS, SPEND, TRADE, RELEVANT = (
    "market.buyers",
    "market.spend_per_buyer_usd_per_year",
    "market.trade_usd_per_year",
    "market.relevant_share",
)
TAM, SCORE = "market.tam_usd_per_year", "market.attractiveness"


@pytest.fixture
def idea(database: str) -> str:
    return actions.add_idea("Parcel insight", "Lin", "post", "Shops", "", "quality.f1_macro", 0.6, 100.0)


def sheet(slug: str) -> Demand:
    found: Demand = in_transaction(lambda session: demand(session, slug))
    return found


def typed(value: float, why: str = "eight calls") -> tuple[float, None, None, str]:
    return value, None, None, why


def test_nothing_typed_is_nothing_known(idea: str) -> None:
    assert not sheet(idea).figures


def test_typed_inputs_become_a_size_graded_assumed_with_its_inputs(idea: str) -> None:
    size_market(idea, {BUYERS: (1000, 500, 2000, "census"), SPEND: typed(300)}, "Lin")
    figures = sheet(idea).figures
    tam = figures[TAM]
    assert (tam.value, tam.grade, tam.source, tam.stale) == (300_000, "assumed", "engine.market.size", False)
    assert tam.low == pytest.approx(150_000, rel=0.02) and tam.high == pytest.approx(600_000, rel=0.02)
    assert "market.sam_usd_per_year" not in figures
    assert (figures[BUYERS].note, figures[BUYERS].source) == ("census", "Lin")
    assert "taken as exact" in tam.note


def test_what_is_taken_back_is_unknown_again_and_can_be_typed_again(idea: str) -> None:
    size_market(idea, {BUYERS: typed(1000), SPEND: typed(300)}, "Lin")
    assert size_market(idea, {BUYERS: None}, "Mei") == 1
    assert TAM not in sheet(idea).figures and BUYERS not in sheet(idea).figures
    newest = sheet(idea).log[0]
    assert (newest.value, newest.author) == (None, "Mei")
    size_market(idea, {BUYERS: typed(1000)}, "Mei")
    assert sheet(idea).figures[TAM].value == 300_000
    assert len(sheet(idea).log) == 4


def test_bottom_up_speaks_first_and_top_down_when_it_is_gone(idea: str) -> None:
    size_market(idea, {TRADE: typed(1e6), RELEVANT: typed(0.1)}, "Lin")
    assert sheet(idea).figures[TAM].value == 100_000
    size_market(idea, {BUYERS: typed(1000), SPEND: typed(300)}, "Lin")
    tam = sheet(idea).figures[TAM]
    assert tam.value == 300_000 and "bottom-up is 3 times top-down" in tam.note
    size_market(idea, {SPEND: None}, "Lin")
    assert sheet(idea).figures[TAM].value == 100_000


def test_the_same_again_is_not_written(idea: str) -> None:
    inputs: dict[str, Any] = {BUYERS: typed(1000), SPEND: typed(300)}
    assert size_market(idea, inputs, "Lin") == 2
    assert size_market(idea, inputs, "Mei") == 0
    assert actions.recompute(idea) == 0


def test_a_score_rests_on_what_is_known_and_names_what_is_not(idea: str) -> None:
    size_market(idea, {BUYERS: typed(1000), SPEND: typed(300), "market.winnable_buyers": typed(1000)}, "Lin")
    score = sheet(idea).figures[SCORE]
    assert score.grade == "assumed"
    assert "growth" in score.note and "size" not in score.note
    assert score.low is not None and score.high is not None and score.high - score.low > 50


def test_what_cannot_be_is_refused_whole(idea: str) -> None:
    size_market(idea, {BUYERS: typed(100)}, "Lin")
    for inputs, said in (
        ({"market.reachable_buyers": typed(300)}, "cannot exceed"),
        ({RELEVANT: typed(1.3), SPEND: typed(5)}, "at most 100 %"),
        ({SPEND: typed(-1)}, "from 0 upwards"),
        ({SPEND: typed(300, " ")}, "needs a reason"),
        ({"market.tam_usd_per_year": typed(1)}, "is no input"),
    ):
        with pytest.raises(InputError, match=said):
            size_market(idea, inputs, "Lin")
    assert set(sheet(idea).figures) == {BUYERS}


def test_a_curve_is_fitted_apart_and_sales_are_read_as_people_paste_them(database: str) -> None:
    sales = parsed_sales("747 1480, 2646;5118\n5777 5982 5962 4631")
    found = fit_curve(sales, "bass_ols", 2)
    assert found.parameters["m"].value == pytest.approx(35_495, abs=1)
    assert len(found.fitted) == 10
    with pytest.raises(InputError, match="is no number"):
        parsed_sales("1 two 3")
    with pytest.raises(InputError, match="periods"):
        fit_curve([1, 2])
