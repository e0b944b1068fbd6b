"""Where a lens differs from the headline, and why; judgements that contradict each other."""

from typing import Any

import pytest

from engine.errors import InputError, UnknownName
from engine.interval import Interval, interval
from engine.portfolio.criteria import CRITERIA, PAIRS, checked_pairs, checked_weights, worst_pairs
from engine.portfolio.disagreement import of_boxes, of_rice, of_weights

EVEN = dict.fromkeys(CRITERIA, 0.2)


def test_the_criterion_that_speaks_most_for_the_other_is_named() -> None:
    table: dict[str, dict[str, float | None]] = {
        "dear": {"worth": 90.0, "market": 20.0, "duties": 0.0},
        "green": {"worth": 80.0, "market": 70.0, "duties": 1.0},
        "poor": {"worth": 0.0, "market": 10.0, "duties": 3.0},
    }
    scores: dict[str, Interval | None] = {"dear": interval(0.5), "green": interval(0.8), "poor": interval(0.1)}
    said = of_weights("dear", table, EVEN | {"market": 0.4}, scores)
    assert said is not None and said.values["first"] == "green" and said.values["weight"] == "40%"
    assert said.values["criterion"] == CRITERIA["market"][0]
    wide = of_weights("dear", table, EVEN, scores | {"green": Interval(0.8, 0.4, 0.9)})
    assert wide is not None and "missing" in wide.template
    assert of_weights("green", table, EVEN, scores) is None
    assert of_weights("dear", table, EVEN, {"dear": interval(0.5), "green": None, "poor": None}) is None


def test_rice_names_the_factor_that_makes_it() -> None:
    parts = {
        "dear": {"reach": 100.0, "impact": 1.0, "confidence": 0.8, "effort_months": 4.0},
        "quick": {"reach": 150.0, "impact": 1.0, "confidence": 0.8, "effort_months": 1.0},
    }
    said = of_rice("dear", parts, {"dear": interval(20.0), "quick": interval(120.0)})
    assert said is not None and (said.values["factor"], said.values["times"]) == ("lower effort", "4")
    assert of_rice("quick", parts, {"dear": interval(20.0), "quick": interval(120.0)}) is None


def test_a_better_box_is_no_worse_on_either_side() -> None:
    boxes = {"dear": ("medium", "medium"), "mixed": ("high", "low"), "good": ("medium", "high"), "bare": None}
    said = of_boxes("dear", boxes, list(boxes))
    assert said is not None and said.values["first"] == "good"
    assert of_boxes("good", boxes, list(boxes)) is None and of_boxes("bare", boxes, list(boxes)) is None


def test_the_pair_that_fits_least_is_found() -> None:
    weights = dict(zip(CRITERIA, (0.4, 0.2, 0.2, 0.1, 0.1), strict=True))
    judged = [(first, second, weights[first] / weights[second]) for first, second in PAIRS]
    judged[2] = (*judged[2][:2], 1 / 9)
    (worst,) = worst_pairs(judged, weights)
    assert (worst.first, worst.second) == PAIRS[2] and worst.follows == pytest.approx(4)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("worth", "list of pairs, not worth"),
        ([("worth", "market")], "two criteria and a number"),
        ([("worth", "beauty", 3)], "beauty"),
        ([("worth", "market", 3), ("market", "worth", 3)], "judged twice"),
        ([("worth", "market", "often")], "must be a number, not often"),
        ([("worth", "market", 3)], "missing: worth / bar"),
    ],
)
def test_judgements_that_are_none_are_refused(given: Any, words: str) -> None:
    with pytest.raises((InputError, UnknownName), match=words):
        checked_pairs(given)


def test_weights_are_made_to_sum_to_one() -> None:
    assert checked_weights({"worth": 30, "bar": 10}) == {
        "worth": 0.75,
        "market": 0,
        "bar": 0.25,
        "margin": 0,
        "duties": 0,
    }
    for wrong, words in (({"worth": -1}, "must not be negative"), ({}, "above 0"), ({"x": 1}, "x"), (3, "not 3")):
        with pytest.raises((InputError, UnknownName), match=words):
            checked_weights(wrong)
