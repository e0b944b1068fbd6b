"""Frequencies: which regular grid moments lie on, and which moments come next.

A frequency is written as Nixtla and pandas write it: YS or YE (first or last day of the year), QS QE, MS ME, W, D, B
(working days), h, and 30min, 15min, 5min, min.
"""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.errors import N_

SEASONS = {"Y": 1, "Q": 4, "M": 12, "W": 52, "D": 7, "B": 5, "h": 24, "30min": 48, "15min": 96, "5min": 288, "min": 60}
"""Points until the same season comes again, by kind of frequency."""
A_YEAR = {"Y": 1, "Q": 4, "M": 12, "W": 52, "D": 365, "B": 260, "h": 8760}
"""Points a year."""
NAMES = {
    "Y": N_("yearly"),
    "Q": N_("quarterly"),
    "M": N_("monthly"),
    "W": N_("weekly"),
    "B": N_("working days"),
    "D": N_("daily"),
    "h": N_("hourly"),
    "30min": N_("every 30 minutes"),
    "15min": N_("every 15 minutes"),
    "5min": N_("every 5 minutes"),
    "min": N_("every minute"),
}
MINUTES = {"h": 60, "30min": 30, "15min": 15, "5min": 5, "min": 1}
MOST_GAPS = 0.5
"""Share of a grid's moments that may be missing; with more, another grid or none is meant."""
DAYS_A_WEEK = 7
WORKING_DAYS = 5


def kind_of(freq: str) -> str:
    """The frequency without whether its moments stand at the beginning or at the end."""
    return freq[0] if freq in ("YS", "YE", "QS", "QE", "MS", "ME") else freq


@dataclass(frozen=True, slots=True)
class Grid:
    """A regular grid of moments."""

    freq: str
    anchor: int = 0
    """Of weeks, the weekday from 0 for Monday."""

    @property
    def season_length(self) -> int:
        """Points until the same season comes again; 1 for none."""
        return SEASONS[kind_of(self.freq)]

    def place(self, moment: datetime) -> int:
        """The number of a moment's point on the grid."""
        return _PLACES[kind_of(self.freq)](moment, self.anchor)

    def moment(self, place: int) -> str:
        """The point of a number, in ISO 8601."""
        kind, at_end = kind_of(self.freq), self.freq.endswith("E")
        if kind in MINUTES:
            return (datetime(1970, 1, 1) + timedelta(minutes=place * MINUTES[kind])).isoformat(timespec="minutes")
        return _day(kind, place, at_end, self.anchor).isoformat()


def grid_of(freq: str, moments: Sequence[str]) -> Grid:
    """The grid that stored moments lie on."""
    return Grid(freq, datetime.fromisoformat(moments[0]).weekday() if freq == "W" and moments else 0)


def following(freq: str, moments: Sequence[str], count: int) -> list[str]:
    """The next moments after the last of those given."""
    grid = grid_of(freq, moments)
    last = grid.place(datetime.fromisoformat(moments[-1]))
    return [grid.moment(last + step) for step in range(1, count + 1)]


def infer(moments: Sequence[datetime]) -> Grid | None:
    """The coarsest grid on which distinct moments stay distinct and no more than half are missing, or None.

    moments: sorted, at least two, none twice.
    """
    for kind in NAMES:
        anchor = moments[0].weekday()
        grid = Grid(_at(kind, moments), anchor)
        places = [grid.place(moment) for moment in moments]
        if not _fits(kind, moments) or len(set(places)) < len(places):
            continue
        return grid if len(places) >= (1 - MOST_GAPS) * (places[-1] - places[0] + 1) else None
    return None


def _fits(kind: str, moments: Sequence[datetime]) -> bool:
    if kind in MINUTES:
        return all(m.minute % MINUTES[kind] == 0 and m.second == 0 for m in moments)
    if any((m.hour, m.minute, m.second) != (0, 0, 0) for m in moments):
        return kind in ("Y", "Q", "M")
    if kind == "W":
        return len({m.weekday() for m in moments}) == 1
    over_a_weekend = (moments[-1] - moments[0]).days >= DAYS_A_WEEK
    return kind != "B" or (over_a_weekend and all(m.weekday() < WORKING_DAYS for m in moments))


def _at(kind: str, moments: Sequence[datetime]) -> str:
    """MS or ME, and so on: at the end where every moment is the last day of its period."""
    if kind not in ("Y", "Q", "M"):
        return kind
    at_end = all(
        m.day == calendar.monthrange(m.year, m.month)[1] and (m.month % {"Y": 12, "Q": 3, "M": 1}[kind] == 0)
        for m in moments
    )
    return kind + ("E" if at_end else "S")


def _minutes(step: int) -> Callable[[datetime, int], int]:
    return lambda moment, _anchor: int((moment - datetime(1970, 1, 1)).total_seconds() // (60 * step))


def _working_day(moment: datetime, _anchor: int) -> int:
    weeks, day = divmod(moment.toordinal() - 1, DAYS_A_WEEK)  # ordinal 1 is a Monday
    return weeks * WORKING_DAYS + min(day, WORKING_DAYS - 1)


_PLACES: dict[str, Callable[[datetime, int], int]] = {
    "Y": lambda moment, _anchor: moment.year,
    "Q": lambda moment, _anchor: moment.year * 4 + (moment.month - 1) // 3,
    "M": lambda moment, _anchor: moment.year * 12 + moment.month - 1,
    "W": lambda moment, anchor: (moment.toordinal() - 1 - anchor) // DAYS_A_WEEK,
    "D": lambda moment, _anchor: moment.toordinal(),
    "B": _working_day,
    **{kind: _minutes(step) for kind, step in MINUTES.items()},
}


def _day(kind: str, place: int, at_end: bool, anchor: int) -> date:
    if kind == "W":
        return date.fromordinal(place * DAYS_A_WEEK + anchor + 1)
    if kind == "D":
        return date.fromordinal(place)
    if kind == "B":
        weeks, day = divmod(place, WORKING_DAYS)
        return date.fromordinal(weeks * DAYS_A_WEEK + day + 1)
    months = {"Y": 12, "Q": 3, "M": 1}[kind]
    year, month = divmod(place * months + (months - 1 if at_end else 0), 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1] if at_end else 1)
