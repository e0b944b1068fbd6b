import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import InputError
from engine.evaluation.fairness import GAPS, MOST_GROUPS, Fairness, measure_fairness
from engine.evaluation.proportions import f1_share, wilson


def _rows(*groups: tuple[str, int, int, int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Truth, answers and names of groups given as (name, true positives, missed, false positives, true negatives)."""
    y, answers, names = [], [], []
    for name, hit, missed, false, rejected in groups:
        y += [1] * (hit + missed) + [0] * (false + rejected)
        answers += [1] * hit + [0] * missed + [1] * false + [0] * rejected
        names += [name] * (hit + missed + false + rejected)
    return np.array(y), np.array(answers), names


def _gaps(found: Fairness) -> dict[str, float]:
    return {gap.figure: gap.value for gap in found.gaps}


def test_gaps_golden() -> None:
    """By the definitions of Hardt et al. 2016 and fairlearn, by hand.

    a: 100 rows, selection 50/100, TPR 40/50, FPR 10/50, accuracy 80/100, F1 80/100.
    b: 100 rows, selection 30/100, TPR 25/50, FPR  5/50, accuracy 70/100, F1 50/80.
    """
    found = measure_fairness(*_rows(("a", 40, 10, 10, 40), ("b", 25, 25, 5, 45)), 1)
    assert [(group.name, group.n) for group in found.groups] == [("a", 100), ("b", 100)]
    a = found.groups[0]
    assert (a.selection.value, a.true_positive.value, a.false_positive.value) == (0.5, 0.8, 0.2)
    assert (a.accuracy.value, a.f1.value) == (0.8, 0.8)
    gaps = _gaps(found)
    assert tuple(gaps) == GAPS
    assert gaps == pytest.approx(
        {
            "accuracy": 0.1,
            "f1": 0.175,
            "selection": 0.2,
            "true_positive": 0.3,
            "false_positive": 0.1,
            "equalised_odds": 0.3,
        }
    )
    odds = next(gap for gap in found.gaps if gap.figure == "equalised_odds")
    assert (odds.highest, odds.lowest) == ("a", "b")
    assert odds.low <= odds.value <= odds.high
    assert odds.p_adjusted < 0.05


def test_f1_is_the_transformation_of_a_share() -> None:
    # Hand et al. 2021: 40 hits, 10 missed, 10 false: F* = 40/60, F1 = 2 x 40 / (2 x 40 + 20) = .8.
    found = f1_share(40, 60)
    assert found.value == pytest.approx(0.8)
    assert found.low == pytest.approx(2 * wilson(40, 60).low / (1 + wilson(40, 60).low))
    assert f1_share(30, 30).high == 1.0
    assert f1_share(30, 30).low < 0.95


def test_groups_that_are_treated_alike_show_a_gap_that_lots_would_show_too() -> None:
    """Five groups with the same rates: the largest difference is above 0, and no verdict is drawn from it."""
    generator = np.random.default_rng(4)
    y = generator.integers(0, 2, 600)
    answers = np.where(generator.random(600) < 0.8, y, 1 - y)
    found = measure_fairness(y, answers, [str(g) for g in generator.integers(0, 5, 600)], 1)
    assert all(gap.value > 0 for gap in found.gaps)
    assert all(gap.p_adjusted > 0.05 for gap in found.gaps)


def test_the_chance_of_a_gap_is_even_when_there_is_none() -> None:
    """p of the selection gap over 60 draws without a difference: below 0.1 in about 6, never in half of them."""
    below = 0
    for seed in range(60):
        generator = np.random.default_rng(seed)
        y, groups = generator.integers(0, 2, 120), [str(g) for g in generator.integers(0, 2, 120)]
        found = measure_fairness(y, generator.integers(0, 2, 120), groups, 1)
        below += next(gap.p for gap in found.gaps if gap.figure == "selection") < 0.1
    assert below <= 13


def test_small_groups_are_shown_and_left_out_of_the_gaps() -> None:
    found = measure_fairness(*_rows(("a", 20, 5, 5, 20), ("b", 20, 5, 5, 20), ("c", 0, 9, 0, 0)), 1)
    assert [group.counted for group in found.groups] == [True, True, False]
    assert _gaps(found)["true_positive"] == 0.0
    assert measure_fairness(*_rows(("a", 20, 5, 5, 20), ("c", 0, 9, 0, 0)), 1).gaps == ()


def test_a_rate_of_nobody_makes_no_gap() -> None:
    """Group b has no row of the class: its TPR is unknown, not 0."""
    found = measure_fairness(*_rows(("a", 20, 20, 10, 10), ("b", 0, 0, 10, 40)), 1)
    assert found.groups[1].true_positive.n == 0
    assert _gaps(found)["true_positive"] == 0.0


def test_columns_that_make_no_groups_are_refused() -> None:
    y = np.zeros(40, dtype=np.int64)
    with pytest.raises(InputError, match="this one has 1"):
        measure_fairness(y, y, ["a"] * 40, 1)
    with pytest.raises(InputError, match=f"2 to {MOST_GROUPS} values"):
        measure_fairness(y, y, [str(i) for i in range(40)], 1)
