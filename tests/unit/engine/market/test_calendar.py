"""Which grid moments lie on, and which come next."""

from datetime import datetime

import pytest

from engine.market.calendar import following, infer


@pytest.mark.parametrize(
    ("freq", "last", "expected"),
    [
        ("MS", "2023-12-01", ["2024-01-01", "2024-02-01", "2024-03-01"]),
        ("ME", "2023-12-31", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("QE", "2023-09-30", ["2023-12-31", "2024-03-31", "2024-06-30"]),
        ("YE", "2023-12-31", ["2024-12-31", "2025-12-31", "2026-12-31"]),
        ("W", "2024-02-25", ["2024-03-03", "2024-03-10", "2024-03-17"]),
        ("D", "2024-02-28", ["2024-02-29", "2024-03-01", "2024-03-02"]),
        ("B", "2024-03-01", ["2024-03-04", "2024-03-05", "2024-03-06"]),
        ("h", "2023-12-31T22:00", ["2023-12-31T23:00", "2024-01-01T00:00", "2024-01-01T01:00"]),
        ("15min", "2023-12-31T23:30", ["2023-12-31T23:45", "2024-01-01T00:00", "2024-01-01T00:15"]),
    ],
)
def test_what_follows_over_year_ends_and_leap_days(freq: str, last: str, expected: list[str]) -> None:
    assert following(freq, [last], 3) == expected


@pytest.mark.parametrize(("freq", "alias"), [("MS", "MS"), ("ME", "ME"), ("QS", "QS"), ("YE", "YE"), ("B", "B")])
def test_it_goes_on_as_pandas_does_and_is_recognised(freq: str, alias: str) -> None:
    """pandas.date_range is the reference."""
    import pandas

    dates = [moment.to_pydatetime() for moment in pandas.date_range("2019-12-31", periods=30, freq=alias)]
    grid = infer(dates[:-6])
    assert grid is not None and grid.freq == freq
    ahead = following(freq, [day.date().isoformat() for day in dates[:-6]], 6)
    assert ahead == [day.date().isoformat() for day in dates[-6:]]


def test_moments_of_two_frequencies_lie_on_no_grid() -> None:
    months = [datetime(2020, month, 1) for month in range(1, 13)]
    days = [datetime(2021, 1, day) for day in range(1, 15)]
    assert infer([*months, *days]) is None
