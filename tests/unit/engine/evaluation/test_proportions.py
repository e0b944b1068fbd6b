"""Golden values are those of the papers that the formulas come from."""

import math

import pytest

from engine.evaluation.multiple import holm
from engine.evaluation.proportions import Share, fisher, share_difference, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_the_table_of_newcombe(hits: int, n: int, low: float, high: float) -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
    found = wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_known_of_no_rows_and_not_all_of_five_right_ones() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert wilson(5, 5).high == 1.0
    assert wilson(5, 5).low == pytest.approx(0.5655, abs=5e-5)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)],
)
def test_a_difference_is_the_table_of_newcombe(a: tuple[int, int], b: tuple[int, int], low: float, high: float) -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
    difference, found_low, found_high = share_difference(wilson(*a), wilson(*b))
    assert difference == pytest.approx(a[0] / a[1] - b[0] / b[1])
    assert (found_low, found_high) == pytest.approx((low, high), abs=5e-5)


def test_a_difference_to_nothing_says_nothing() -> None:
    difference, low, high = share_difference(wilson(3, 4), Share(math.nan, 0.0, 1.0, 0))
    assert math.isnan(difference)
    assert (low, high) == (-1.0, 1.0)


def test_fisher_is_the_lady_tasting_tea() -> None:
    # Fisher, The Design of Experiments (1935), ch. II: 3 of 4 cups; two-sided (1 + 16 + 16 + 1) / 70.
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70)


def test_fisher_is_scipys() -> None:
    from scipy.stats import fisher_exact

    for table in ((5, 40, 30, 90), (0, 12, 7, 300), (190, 200, 1500, 1800), (3, 3, 0, 0)):
        hits_a, n_a, hits_b, n_b = table
        expected = fisher_exact([[hits_a, n_a - hits_a], [hits_b, n_b - hits_b]]).pvalue
        assert fisher(*table) == pytest.approx(expected, rel=1e-6)


def test_holm_is_rs() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4, 0.9]) == pytest.approx([0.8, 0.9])
    assert holm([]) == []
