"""The forecast to the end of a month."""

import math
import random
from datetime import date, timedelta

import pytest

from engine.costs.month_end import FEWEST_DAYS, T_95, month_end


def days(first: date, values: list[float]) -> dict[date, float]:
    return {first + timedelta(days=i): value for i, value in enumerate(values)}


def test_golden_figure_by_hand() -> None:
    # 7 days of 1 ... 7 before 8 June 2026: mean 4, s = sqrt(28 / 6) = 2.160247; 22 days are left;
    # 22 x 4 = 88 +- 1.943 x 2.160247 x sqrt(22 + 22^2 / 7) = 40.072; spent on 1 to 7 June: 28
    found = month_end(days(date(2026, 6, 1), [1, 2, 3, 4, 5, 6, 7]), date(2026, 6, 8))
    assert (found.spent, found.expected, found.days_left) == (28, 116, 22)
    assert found.low == pytest.approx(28 + 88 - 40.072, abs=0.01)
    assert found.high == pytest.approx(28 + 88 + 40.072, abs=0.01)


def test_even_days_leave_no_doubt_and_the_last_day_no_forecast() -> None:
    even = days(date(2026, 5, 1), [2.0] * 60)
    found = month_end(even, date(2026, 6, 15))
    assert (found.low, found.expected, found.high) == (60, 60, 60)
    last = month_end(even, date(2026, 5, 31))
    assert (last.spent, last.expected, last.low, last.days_left) == (62, 62, 62, 0)


def test_a_short_history_says_why_there_is_no_forecast() -> None:
    found = month_end(days(date(2026, 6, 10), [5.0] * (FEWEST_DAYS - 1)), date(2026, 6, 16))
    assert found.expected is None and found.spent == 30
    assert "a week is needed" in found.reason
    assert month_end({}, date(2026, 6, 16)).spent == 0


def test_quantiles_are_those_of_students_t() -> None:
    from scipy.stats import t

    assert [round(t.ppf(0.95, n), 3) for n in range(6, 28)] == list(T_95)


@pytest.mark.parametrize("kind", ["even", "weekly", "rare"])
def test_nine_of_ten_months_end_within_the_interval(kind: str) -> None:
    draw = random.Random(7)
    hits = months = 0
    for number in range(400):
        values = []
        for i in range(91):
            rare = draw.expovariate(1 / 20) if draw.random() < 0.4 else 0.0
            weekly = draw.gammavariate(2, 5) * (1.0 if i % 7 < 5 else 0.3)
            values.append({"even": draw.gauss(10, 2), "weekly": weekly, "rare": rare}[kind])
        by_day = days(date(2026, 4, 1), values)
        found = month_end(by_day, date(2026, 6, 5 + number % 20))
        true = math.fsum(usd for day, usd in by_day.items() if day.month == 6)
        assert found.low is not None and found.high is not None
        hits += found.low <= true <= found.high
        months += 1
    assert 0.80 <= hits / months <= 0.98
