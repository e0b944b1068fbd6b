"""Bar score, P(bar met), rank ranges: golden values worked by hand from the formulas in docs/evidence.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bar import bar_score, p_bar_met, rank_ranges

EVEN = [i / 100 for i in range(101)]
"""Quantiles of the uniform distribution on 0 to 1."""


def test_the_baseline_is_0_and_the_bar_is_1() -> None:
    # (0.8 - 0.5) / (0.9 - 0.5) = 0.75; ends (0.7 - 0.5) / 0.4 = 0.5 and (1.0 - 0.5) / 0.4 = 1.25.
    score = bar_score(0.8, 0.7, 1.0, baseline=0.5, minimum=0.9)
    assert score is not None
    assert (score.value, score.low, score.high) == pytest.approx((0.75, 0.5, 1.25))


def test_where_lower_is_better_the_ends_change_places() -> None:
    # An error of 0.2 against a naive 0.6 and a bar of 0.1: (0.2 - 0.6) / (0.1 - 0.6) = 0.8.
    score = bar_score(0.2, 0.1, 0.3, baseline=0.6, minimum=0.1)
    assert score is not None
    assert (score.value, score.low, score.high) == pytest.approx((0.8, 0.6, 1.0))


def test_a_missing_end_is_the_value_itself() -> None:
    score = bar_score(0.7, None, None, baseline=0.5, minimum=0.9)
    assert score is not None
    assert score.low == score.value == score.high


@pytest.mark.parametrize("baseline", [None, 0.9])
def test_no_score_without_a_distance(baseline: float | None) -> None:
    assert bar_score(0.8, 0.7, 0.9, baseline=baseline, minimum=0.9) is None


@pytest.mark.parametrize(("minimum", "chance"), [(0.25, 0.75), (0.255, 0.745), (0.0, 1.0), (1.0, 0.0), (-3, 1), (7, 0)])
def test_p_bar_met_of_an_even_distribution(minimum: float, chance: float) -> None:
    assert p_bar_met(EVEN, minimum) == pytest.approx(chance)


def test_p_bar_met_where_lower_is_better() -> None:
    assert p_bar_met(EVEN, 0.2, "lower") == pytest.approx(0.2)


def test_p_bar_met_needs_quantiles() -> None:
    assert p_bar_met([], 0.5) is None


def test_a_distribution_that_is_one_value() -> None:
    assert p_bar_met([0.8] * 101, 0.8) == 1.0
    assert p_bar_met([0.8] * 101, 0.81) == 0.0
    assert p_bar_met([0.8] * 101, 0.79) == 1.0


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=101), st.floats(-2, 2), st.floats(0, 1))
def test_p_bar_met_is_a_chance_that_falls_with_the_bar(values: list[float], minimum: float, step: float) -> None:
    quantiles = sorted(values)
    high, low = p_bar_met(quantiles, minimum), p_bar_met(quantiles, minimum + step)
    assert high is not None and low is not None
    assert 0.0 <= low <= high + 1e-9 <= 1.0 + 1e-9


def test_ranks_that_intervals_allow() -> None:
    # 1 and 2 overlap; 3 lies below both.
    assert rank_ranges([(0.8, 1.0), (0.9, 1.2), (0.1, 0.3)]) == [(1, 2), (1, 2), (3, 3)]


def test_an_unmeasured_idea_could_be_anywhere() -> None:
    assert rank_ranges([(0.8, 1.0), None, (0.1, 0.3)]) == [(1, 2), (1, 3), (2, 3)]


def test_no_ideas_no_ranks() -> None:
    assert rank_ranges([]) == []


@given(st.lists(st.one_of(st.none(), st.tuples(st.floats(-1, 1), st.floats(0, 1))), max_size=12))
def test_the_true_order_lies_within_the_ranges(drawn: list[tuple[float, float] | None]) -> None:
    intervals = [None if d is None else (d[0], d[0] + d[1]) for d in drawn]
    truth = [(0.0 if i is None else (i[0] + i[1]) / 2, -n) for n, i in enumerate(intervals)]
    order = sorted(truth, reverse=True)
    for value, (low, high) in zip(truth, rank_ranges(intervals), strict=True):
        assert low <= order.index(value) + 1 <= high
