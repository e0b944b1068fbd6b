"""Figures that move together as stated. scipy's Spearman correlation is the second opinion."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import catalog
from engine.business.copula import Pair, factor, holds, matrix, normal_of, rank_of
from engine.business.draws import Futures, draw_inputs
from engine.business.scenario import Estimate, Scenario, check, from_document, to_document
from engine.business.sensitivity import moved, shares
from engine.business.simulate import prepare, simulate
from engine.errors import ConfigError
from tests.unit.engine.business.material import scenario

MODEL, MODELS = catalog.pricing_model("subscription"), catalog.pricing_models()
CHURN, ASKED, TOP, STAY = "churn_per_month", "requests_per_customer", "top_tenth_share", "activation"
PRICE = "subscription.basic_usd_per_seat"
STATED = (Pair(CHURN, ASKED, -0.6), Pair(ASKED, TOP, 0.5), Pair(STAY, CHURN, -0.4))
MANY = Futures(100_000)
ERROR = 0.01
"""Three standard errors of a rank correlation of so many."""


def spearman(one: Any, other: Any) -> float:
    """By scipy."""
    from scipy.stats import spearmanr

    return float(spearmanr(one, other).statistic)


def test_what_is_drawn_correlates_as_stated_and_each_figure_stays_as_it_is() -> None:
    given = scenario()
    alone, together = (draw_inputs(given.inputs, MANY, pairs) for pairs in ((), STATED))
    for pair in STATED:
        found = spearman(together[pair.first], together[pair.second])
        assert found == pytest.approx(pair.rank, abs=ERROR)
    assert abs(spearman(together[TOP], together[STAY])) < ERROR
    for key, values in together.items():
        if key in (CHURN, ASKED, TOP, STAY):
            points = [0.025, 0.1, 0.5, 0.9, 0.975]
            assert np.quantile(values, points) == pytest.approx(np.quantile(alone[key], points), rel=0.03)
        else:
            assert (values == alone[key]).all(), key


def test_whole_correlations_move_as_one_and_more_futures_begin_with_the_same() -> None:
    given = scenario().inputs
    same = (Pair(CHURN, ASKED, 1.0), Pair(TOP, CHURN, -1.0), Pair(TOP, ASKED, -1.0))
    drawn = draw_inputs(given, Futures(5_000), same)
    assert spearman(drawn[CHURN], drawn[ASKED]) == pytest.approx(1)
    assert spearman(drawn[CHURN], drawn[TOP]) == pytest.approx(-1)
    assert (draw_inputs(given, Futures(9_000), same)[ASKED][:5_000] == drawn[ASKED]).all()


def test_a_price_moves_with_an_input_whose_draws_stay_the_same_for_every_model() -> None:
    given = scenario(pairs=(Pair(PRICE, CHURN, 0.7), Pair(CHURN, ASKED, 0.3)))
    deals = [prepare(given, catalog.pricing_model(name), MANY) for name in ("subscription", "usage")]
    assert (deals[0].drawn[CHURN] == deals[1].drawn[CHURN]).all()
    assert (deals[0].drawn[ASKED] == deals[1].drawn[ASKED]).all()
    price, inputs = moved(deals[0])
    assert (price.drawn, inputs.drawn) == pytest.approx((0.7, 0.3), abs=ERROR) and price.followed
    assert [(one.drawn is None, one.followed) for one in moved(deals[1])] == [(True, False), (False, True)]


def test_a_spread_answers_to_the_sign_of_what_moves_together() -> None:
    def width(rank: float) -> float:
        given = scenario(pairs=(Pair(CHURN, STAY, rank),))
        return float(np.std(simulate(prepare(given, MODEL, Futures(4_000))).npv))

    assert width(-0.8) > 1.03 * width(0.0) > 1.06 * width(0.8)


def test_shares_of_the_variance_give_way_to_rank_correlation() -> None:
    given = scenario(pairs=(Pair(CHURN, ASKED, 0.5),))
    found = shares(given, MODEL, Futures(2_000))
    assert (found.parts, found.stated) == ((), given.pairs) and found.correlations
    certain = replace(given, inputs={**given.inputs, CHURN: Estimate(0.04)})
    assert shares(certain, MODEL).parts


def test_a_pair_of_a_measured_row_speaks_for_its_like_and_a_second_word_is_left_out() -> None:
    def measured(key: str, row: int) -> Estimate:
        return replace(given.inputs[key], grade="measured", evidence=row)

    given = scenario()
    first, second = "organic.conversion", "paid.conversion"
    inputs = {**given.inputs, first: measured(first, 7), second: measured(second, 7)}
    pairs = (Pair(second, CHURN, 0.5), Pair(first, CHURN, -0.5), Pair(first, second, 0.1))
    found = moved(prepare(replace(given, inputs=inputs, pairs=pairs), MODEL, MANY))
    assert [one.followed for one in found] == [True, False, False]
    assert [one.drawn for one in found] == pytest.approx([0.5, 0.5, 1.0], abs=ERROR)


def test_the_factor_gives_the_matrix_back_and_the_room_of_a_third_pair_is_exact() -> None:
    keys = [CHURN, ASKED, TOP, STAY]
    given = matrix(keys, STATED)
    assert factor(given) @ factor(given).T == pytest.approx(given)
    assert factor(np.ones((3, 3))) @ factor(np.ones((3, 3))).T == pytest.approx(np.ones((3, 3)))
    assert [rank_of(normal_of(rank)) for rank in (-1, -0.3, 0, 0.7)] == pytest.approx([-1, -0.3, 0, 0.7])


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ((Pair(CHURN, ASKED, 1.5),), "must be from -1 to 1, not 1.5"),
        ((Pair(CHURN, CHURN, 0.5),), "“Churn a month” was paired with itself"),
        (
            (Pair(CHURN, ASKED, 0.5), Pair(ASKED, CHURN, 0.4)),
            "“Requests of a customer” with “Churn a month” was stated",
        ),
        ((Pair("churn", ASKED, 0.5),), "churn"),
        ((Pair("payment_fee_share", "discount_per_year", 0.5),), "are the same for every idea"),
    ],
)
def test_each_fault_is_said_with_the_rule_and_the_value(pairs: tuple[Pair, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        check(Scenario(pairs=pairs), MODELS)


def test_what_cannot_hold_together_is_named_with_what_can() -> None:
    pairs = (Pair(CHURN, ASKED, 0.9), Pair(ASKED, TOP, 0.9), Pair(TOP, STAY, 0.1))
    with pytest.raises(ConfigError) as caught:
        check(Scenario(pairs=pairs), MODELS)
    (fault,) = caught.value.faults
    for part in ("“Churn a month” with “Requests of a customer” 0.9", "“Asked by the heaviest tenth” 0.9", " 0. With"):
        assert part in str(fault)
    low, high, share = float(fault.values["low"]), float(fault.values["high"]), float(fault.values["share"][:-1]) / 100
    for third, can in ((low, True), (high, True), (low - 0.02, False)):
        assert holds(matrix([CHURN, ASKED, TOP], (*pairs[:2], Pair(CHURN, TOP, third)))) == can
    check(Scenario(pairs=tuple(replace(pair, rank=share * pair.rank) for pair in pairs)), MODELS)
    apart = [Pair(one, other, -0.4) for one, other in itertools.combinations((CHURN, ASKED, TOP, STAY), 2)]
    with pytest.raises(ConfigError, match="with the 3 figures that hang with it"):
        check(Scenario(pairs=tuple(apart)), MODELS)


def test_pairs_are_kept_with_the_scenario() -> None:
    given = scenario(pairs=STATED)
    assert from_document(to_document(given)) == given
