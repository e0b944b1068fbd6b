"""The score of a market: scales, weights, and what is missing."""

import pytest

from engine.interval import Interval
from engine.market.attractiveness import PARTS, attractiveness


def test_nothing_known_is_no_score() -> None:
    found = attractiveness({})
    assert found.score is None
    assert len(found.missing) == len(PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_a_part_runs_from_its_worst_to_its_best_figure(part: "object") -> None:
    assert isinstance(part, type(PARTS[0]))
    assert part.score(part.worst) == pytest.approx(0)
    assert part.score(part.best) == pytest.approx(100)
    beyond = part.best + (part.best - part.worst)
    assert part.score(beyond) == 100


def test_money_is_scored_by_orders_of_magnitude() -> None:
    size = next(part for part in PARTS if part.key == "size")
    assert size.score(1e6) == pytest.approx(100 / 3)
    assert size.score(0) == 0


def test_a_missing_part_widens_the_interval_by_its_weight() -> None:
    whole = sum(part.weight for part in PARTS)
    growth = next(part for part in PARTS if part.key == "growth")
    found = attractiveness({growth.measure: Interval(0.10, 0.10, 0.10)}).score
    assert found is not None
    assert found.value == pytest.approx(50)
    assert found.low == pytest.approx(50 * growth.weight / whole)
    assert found.high == pytest.approx(found.low + 100 * (whole - growth.weight) / whole)


def test_with_everything_known_only_their_own_intervals_count() -> None:
    middle = {part.measure: Interval(part.best, part.best, part.best) for part in PARTS}
    found = attractiveness(middle)
    assert found.score == Interval(100, 100, 100)
    assert not found.missing


def test_where_lower_is_better_the_ends_change_places() -> None:
    found = attractiveness({"market.churn_per_month": Interval(0.05, 0.03, 0.10)})
    score = next(one.score for one in found.parts if one.part.key == "loyalty")
    assert score is not None and score.low < score.value < score.high
