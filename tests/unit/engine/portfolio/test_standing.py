"""Standings against closed forms."""

import math

import numpy as np
import pytest

from engine.errors import InputError
from engine.portfolio.standing import Contender, certainty_equivalent, share_interval, standings, under_cash

PATHS = 40_000


def idea(slug: str, mean: float, sd: float, seed: int, need: float = 0.0) -> Contender:
    sample = np.random.default_rng(seed).normal(mean, sd, PATHS)
    return Contender(slug, sample, np.full(PATHS, need))


def phi(x: float) -> float:
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def test_the_chance_to_be_best_is_that_of_two_normals_and_of_nothing() -> None:
    first, second = standings([idea("a", 300, 100, 1), idea("b", 200, 100, 2)], 1000)
    assert (first.slug, second.slug) == ("a", "b")
    assert first.p_best is not None and second.p_best is not None
    assert first.p_best.value == pytest.approx(phi(100 / math.sqrt(2 * 100**2)), abs=0.01)
    assert first.p_best.low < first.p_best.value < first.p_best.high
    assert first.p_loss == pytest.approx(phi(-3), abs=0.002)
    (alone,) = standings([idea("c", 0, 100, 3)], 1000)
    assert alone.p_best is not None and alone.p_best.value == pytest.approx(0.5, abs=0.01)


def test_equal_ideas_share_the_paths() -> None:
    same = idea("a", 100, 10, 1)
    found = standings([same, Contender("b", same.npv_usd, same.cash_need_usd)], 1000)
    assert [s.p_best.value for s in found if s.p_best] == pytest.approx([0.5, 0.5])


def test_the_certainty_equivalent_of_a_normal_is_mean_less_half_variance_over_tolerance() -> None:
    sample = np.random.default_rng(0).normal(500, 200, 400_000)
    assert certainty_equivalent(sample, 1000) == pytest.approx(500 - 200**2 / 2000, abs=1.5)
    assert certainty_equivalent(np.array([7.0, 7.0]), 5) == pytest.approx(7)
    assert math.isfinite(certainty_equivalent(np.array([-1e9, 1e9]), 1.0))


def test_a_path_that_needs_more_than_there_is_loses_all_there_is() -> None:
    assert under_cash(np.array([50.0, 900.0]), np.array([10.0, 300.0]), 200).tolist() == [50.0, -200.0]
    (only,) = standings([idea("a", 100, 1, 1, need=300)], 200)
    assert only.p_cash_out == 1.0 and only.npv_usd is not None and only.npv_usd.value == -200
    assert only.p_best is not None and only.p_best.value == 0


def test_what_cannot_be_simulated_stands_last_and_leaves_room_for_itself() -> None:
    found = standings([Contender("x", None, None, ("market.customers",)), idea("a", 1, 1, 1)], 10)
    assert [s.slug for s in found] == ["a", "x"]
    assert (found[0].rank_low, found[0].rank_high) == (1, 2)
    assert found[1].p_best is None and (found[1].rank_low, found[1].rank_high) == (1, 2)
    assert found[1].missing == ("market.customers",)
    assert standings([Contender("x", None, None)], 10)[0].npv_usd is None


def test_the_error_of_a_share_is_wilsons() -> None:
    """Newcombe 1998, table I: 81 of 263 gives .2553 to .3662."""
    found = share_interval(81 / 263, 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize("cash", [0, -5, float("nan")])
def test_no_cash_is_refused(cash: float) -> None:
    with pytest.raises(InputError, match="above 0 USD"):
        standings([], cash)


def test_different_numbers_of_paths_are_refused() -> None:
    with pytest.raises(InputError, match="same number of paths"):
        standings([idea("a", 1, 1, 1), Contender("b", np.zeros(200), np.zeros(200))], 10)
