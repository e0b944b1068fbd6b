"""Real series to start with: the classics whose dates are known, as if they had been imported."""

from datetime import datetime

from engine.market.calendar import Grid
from engine.market.collections import classics
from engine.market.series_clean import TimeSeries

STARTS = {
    "AirPassengers": ("MS", "1949-01-01", "thousand passengers"),
    "Seatbelts": ("MS", "1969-01-01", "drivers killed or injured"),
    "sunspots": ("YS", "1700-01-01", "sunspots"),
    "nile": ("YS", "1871-01-01", "10^8 cubic metres"),
    "co2": ("W", "1958-03-29", "ppm"),
    "electrical_equipment": ("MS", "1995-01-01", "index"),
    "gdp": ("QS", "1959-01-01", "billion USD of 2005"),
    "consumption": ("QS", "1959-01-01", "billion USD of 2005"),
    "investment": ("QS", "1959-01-01", "billion USD of 2005"),
    "unemployment": ("QS", "1959-01-01", "%"),
    "el_nino": ("MS", "1950-01-01", "Celsius"),
}
"""Frequency, first moment, unit."""


def sample_series() -> list[TimeSeries]:
    """Yearly, quarterly, monthly and weekly ones. Raises MissingPart without a carrier."""
    found = []
    for held in classics():
        if held.unique_id not in STARTS:
            continue
        freq, start, unit = STARTS[held.unique_id]
        first = datetime.fromisoformat(start)
        grid = Grid(freq, first.weekday() if freq == "W" else 0)
        place = grid.place(first)
        ds = tuple(grid.moment(place + i) for i in range(len(held.y)))
        found.append(TimeSeries(held.unique_id, freq, held.season_length, ds, tuple(held.y.tolist()), unit=unit))
    return found
