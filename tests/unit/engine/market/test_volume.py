"""Periods of documents, changes of their level, and the order of what matters."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from db.signals import Mention
from engine.market.changes import change_points
from engine.market.child import changes
from engine.market.ranking import weightiest
from engine.market.volume import MOST_PERIODS, course

MONDAY = date(2026, 6, 1)


@dataclass
class Told:
    id: int
    sureness: float
    said: dict[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return MONDAY

    def value(self, name: str) -> str:
        return {"dimension": "market", "impact": "medium", "horizon": "now", **self.said}[name]


def mention(days: int, sentiment: str = "neutral") -> Mention:
    return Mention(MONDAY + timedelta(days=days), "market", sentiment)


@pytest.mark.parametrize(
    ("span", "step", "periods"), [(0, "day", 1), (30, "day", 31), (70, "week", 11), (900, "month", 30)]
)
def test_the_span_decides_the_period_and_none_is_left_out(span: int, step: str, periods: int) -> None:
    found = course([mention(span), mention(0, "positive"), mention(0, "negative"), mention(0, "negative")])
    assert (found.step, len(found.periods), found.older) == (step, periods, 0)
    assert sum(period.volume for period in found.periods) == 4
    if span:
        assert found.periods[0].mood == pytest.approx(-1 / 3)
    if periods > 2:
        assert found.periods[1].mood is None


def test_what_is_too_old_is_counted_and_not_drawn() -> None:
    found = course([mention(0), mention(365 * 40)])
    assert (len(found.periods), found.older) == (MOST_PERIODS, 1)
    assert course([]).periods == ()


def test_changes_in_a_process_of_its_own_are_those_of_ruptures() -> None:
    values = [1.0, 2, 1, 2, 1, 2, 1, 2, 9, 8, 9, 8, 9, 8, 9, 8]
    found = changes(values)
    assert [one.place for one in found] == [8]
    assert found == change_points(values)


def test_high_impact_comes_before_soon_before_sure_before_new() -> None:
    rows = [
        Told(1, 0.9),
        Told(2, 0.9),
        Told(3, 0.95),
        Told(4, 0.99, {"horizon": "later"}),
        Told(5, 0.3, {"impact": "high", "horizon": "later"}),
        Told(6, 1.0, {"dimension": "none", "impact": "high"}),
    ]
    assert [one.id for one in weightiest(rows)] == [5, 3, 2, 1, 4]
