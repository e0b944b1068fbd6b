"""Differences that matter, and those that do not."""

import pytest

from engine.interval import Interval
from engine.portfolio.differences import clearly_best

A, B, C = Interval(9, 8, 10), Interval(5, 4, 6), Interval(6, 5, 8.5)


@pytest.mark.parametrize(
    ("figures", "direction", "best"),
    [
        ({"a": A, "b": B}, "higher", "a"),
        ({"a": A, "b": B}, "lower", "b"),
        ({"a": A, "b": B}, "none", None),
        ({"a": A, "c": C}, "higher", None),
        ({"a": A, "b": B, "c": C}, "lower", None),
        ({"a": A, "b": None}, "higher", None),
        ({"a": A, "b": B, "c": None}, "higher", "a"),
        ({}, "higher", None),
    ],
)
def test_only_what_lies_beyond_all_others_is_best(
    figures: dict[str, Interval | None], direction: str, best: str | None
) -> None:
    assert clearly_best(figures, direction) == best  # type: ignore[arg-type]
