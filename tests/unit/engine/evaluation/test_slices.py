import numpy as np
import pytest

from engine.evaluation.proportions import fisher, wilson
from engine.evaluation.slices import FEW_ROWS, MOST_CLASSES, by_class, by_length, by_values, measure_slices


def test_quarters_by_length_hold_each_row_once_and_equal_lengths_together() -> None:
    cut = by_length([1, 2, 3, 4, 5, 6, 7, 8])
    assert [values for _template, values in cut.names] == [
        {"low": 1, "high": 3},
        {"low": 4, "high": 5},
        {"low": 6, "high": 7},
        {"low": 8, "high": 8},
    ]
    same = by_length([5] * 9 + [7])
    assert [values for _template, values in same.names] == [{"low": 5, "high": 5}, {"low": 7, "high": 7}]
    assert len(by_length([3, 3, 3]).names) == 1


def test_values_are_cut_commonest_first_and_the_rest_shares_a_slice() -> None:
    cut = by_values(["b", "a", "b", "", "c", " a ", "b"], most=2)
    assert [(template, dict(values)) for template, values in cut.names] == [
        ("{value}", {"value": "b"}),
        ("{value}", {"value": "a"}),
        ("{count} other values", {"count": 1}),
        ("no value", {}),
    ]
    assert cut.member.tolist() == [0, 1, 0, 3, 2, 1, 0]


def test_a_slice_is_judged_against_all_other_rows() -> None:
    # 30 of 40 right in "x", 57 of 60 in "y"; the figures by the functions that test_proportions pins.
    y = np.zeros(100, dtype=np.int64)
    answers = np.array([0] * 30 + [1] * 10 + [0] * 57 + [1] * 3)
    found = measure_slices(by_values(["x"] * 40 + ["y"] * 60), y, answers, 2)
    by_name = {one.values["value"]: one for one in found}
    x, p = by_name["x"], fisher(30, 40, 57, 60)
    assert (x.accuracy.value, x.accuracy.low) == (0.75, wilson(30, 40).low)
    assert x.difference is not None
    assert x.difference.value == pytest.approx(0.75 - 0.95)
    assert (x.p, x.p_adjusted) == (pytest.approx(p), pytest.approx(2 * p))
    assert (x.verdict, by_name["y"].verdict) == ("worse", "better")


def test_among_many_slices_one_that_looks_bad_by_chance_is_not_called_so() -> None:
    """20 slices of equal quality: without Holm's correction some seed in 20 would find a difference."""
    called = 0
    for seed in range(20):
        generator = np.random.default_rng(seed)
        y, groups = np.zeros(1000, dtype=np.int64), generator.integers(0, 20, 1000)
        answers = (generator.random(1000) < 0.2).astype(np.int64)
        found = measure_slices(by_values([str(g) for g in groups], most=20), y, answers, 2)
        called += any(one.verdict != "no_difference" for one in found)
    assert called <= 3


def test_class_slices_have_recall_and_no_f1() -> None:
    y, answers = np.array([0] * 40 + [2] * 10), np.array([0] * 30 + [2] * 20)
    found = measure_slices(by_class(y, ["no", "never", "yes"]), y, answers, 3)
    assert [(one.values["value"], one.accuracy.value, one.f1_macro) for one in found] == [
        ("no", 0.75, None),
        ("yes", 1.0, None),
    ]
    assert [one.few for one in found] == [False, True]
    assert found[1].n < FEW_ROWS


def test_of_a_thousand_classes_the_commonest_have_a_slice() -> None:
    y = np.concatenate([np.arange(1000), np.full(50, 7)])
    cut = by_class(y, [f"class {i}" for i in range(1000)])
    assert len(cut.names) == MOST_CLASSES + 1
    assert cut.names[0][1] == {"value": "class 7"}
    assert cut.names[-1][1] == {"count": 1000 - MOST_CLASSES}


def test_one_slice_has_nothing_to_be_compared_with() -> None:
    y = np.array([0, 1, 1])
    (only,) = measure_slices(by_values(["a"] * 3), y, y, 2)
    assert (only.difference, only.p, only.verdict) == (None, 1.0, "no_difference")
