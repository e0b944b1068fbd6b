import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import InputError
from engine.evaluation.disagreement import confusion_difference, disagreements, largest_differences, shared_errors
from engine.evaluation.paired import all_on_common_rows, corrected
from engine.evaluation.stored import Predictions


def _run(name: str, y: list[int], p_of_one: list[float], rows: NDArray[np.int64] | None = None) -> Predictions:
    """A run of two classes, by its probability of class 1."""
    p = np.array(p_of_one)
    at = np.arange(100, 100 + len(y)) if rows is None else rows
    return Predictions(name, np.array(y), at, np.stack([1 - p, p], axis=1).astype(np.float32))


Y = [1, 1, 0, 0, 1]
A = _run("a", Y, [0.9, 0.6, 0.2, 0.7, 0.1])  # right: 1 1 1 0 0
B = _run("b", Y, [0.8, 0.3, 0.9, 0.6, 0.2])  # right: 1 0 0 0 0


def test_right_and_wrong_are_shared_out() -> None:
    found = shared_errors([A, B])
    assert (found.n, found.differ) == (5, 2)
    assert (found.all_right, found.all_wrong, found.first_alone, found.others_alone) == (1, 2, 2, 0)


def test_rows_come_first_where_both_are_surest() -> None:
    found = disagreements([A, B])
    # Row 102: a says 0 with .8, b says 1 with .9; row 101: a says 1 with .6, b says 0 with .7.
    assert [(one.row, one.true, one.answers) for one in found] == [(102, 0, (0, 1)), (101, 1, (1, 0))]
    assert found[0].probabilities == pytest.approx((0.8, 0.9))


def test_kinds_of_disagreement() -> None:
    c = _run("c", Y, [0.2, 0.3, 0.9, 0.6, 0.9])
    assert [one.row for one in disagreements([A, B, c], "first_alone")] == [102, 101]
    assert [one.row for one in disagreements([B, A, c], "others_alone")] == []
    assert [one.row for one in disagreements([c, A, B], "others_alone")] == [100]
    assert disagreements([A, B, c], "all_wrong") == []


def test_confusion_difference_golden() -> None:
    # Of class 0 (2 rows) a answers 1 once, b twice: -1/2; of class 1 (3 rows) a answers 1 twice, b once: +1/3.
    assert confusion_difference(A, B) == pytest.approx(np.array([[0.5, -0.5], [-1 / 3, 1 / 3]]))


def test_the_largest_differences_come_first_and_zeros_never() -> None:
    assert largest_differences(np.array([[0.0, 0.2], [-0.5, 0.0]]), 5) == [(1, 0, -0.5), (0, 1, 0.2)]
    assert largest_differences(np.array([[0.0, 0.2], [-0.5, 0.0]]), 1) == [(1, 0, -0.5)]


def test_runs_meet_on_the_rows_that_all_have() -> None:
    part = _run("part", [0, 0, 1], [0.1, 0.1, 0.9], np.array([104, 103, 102]))
    a, b, same = all_on_common_rows([A, B, part])
    assert a.row.tolist() == b.row.tolist() == same.row.tolist() == [102, 103, 104]
    far = _run("far", [0], [0.1], np.array([7]))
    with pytest.raises(InputError, match="Runs a and far share no evaluated rows"):
        all_on_common_rows([A, B, far])


def test_verdicts_of_many_tests_are_corrected_together() -> None:
    from engine.evaluation.paired import compare

    generator = np.random.default_rng(5)
    y = generator.integers(0, 2, 300).tolist()
    first = _run("first", y, np.where(generator.random(300) < 0.8, y, 1 - np.array(y)).tolist())
    found = [
        compare(_run(str(i), y, np.where(generator.random(300) < 0.8, y, 1 - np.array(y)).tolist()), first)
        for i in range(9)
    ]
    again = corrected(found)
    assert [one.p for one in again] == [one.p for one in found]
    assert all(after.p_adjusted >= before.p for before, after in zip(found, again, strict=True))
    lowest = min(one.p for one in found)
    assert min(one.p_adjusted for one in again) == pytest.approx(min(1.0, 9 * lowest))
    assert corrected(again) == again
    assert all(one.p_adjusted < 0.05 for one in again if one.verdict != "no_difference")
