"""Volume and sentiment of documents over time, by days, weeks or months, whichever gives a readable number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

Step = Literal["day", "week", "month"]
MOST_DAYS, MOST_WEEKS = 31, 60
"""Up to this span in days and weeks each is a period of its own."""
MOST_PERIODS = 120
"""The newest; what is older is left out and counted."""
MOODS: Mapping[str, int] = {"positive": 1, "neutral": 0, "negative": -1}


class Mentioned(Protocol):
    """What is asked of a document."""

    @property
    def day(self) -> date:
        """When it was published."""

    @property
    def dimension(self) -> str:
        """Of the three, or none."""

    @property
    def sentiment(self) -> str:
        """positive, neutral or negative."""


@dataclass(frozen=True, slots=True)
class Period:
    """One day, week or month."""

    start: date
    counts: Mapping[str, int]
    """Documents by dimension."""
    mood: float | None
    """Mean of sentiment, -1 to 1; None without a document."""

    @property
    def volume(self) -> int:
        """All documents."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Course:
    """All periods without a gap, oldest first."""

    step: Step
    periods: tuple[Period, ...]
    older: int
    """Documents before the first period."""


def course(mentions: Sequence[Mentioned], step: Step | None = None) -> Course:
    """Periods from the oldest to the newest document."""
    if not mentions:
        return Course(step or "week", (), 0)
    days = [one.day for one in mentions]
    chosen = step or _step((max(days) - min(days)).days)
    starts = list(_starts(min(days), max(days), chosen))[-MOST_PERIODS:]
    held: dict[date, list[Mentioned]] = {start: [] for start in starts}
    older = 0
    for one in mentions:
        start = _start(one.day, chosen)
        if start in held:
            held[start].append(one)
        else:
            older += 1
    return Course(chosen, tuple(_period(start, told) for start, told in held.items()), older)


def _step(span: int) -> Step:
    if span < MOST_DAYS:
        return "day"
    return "week" if span <= 7 * MOST_WEEKS else "month"


def _start(day: date, step: Step) -> date:
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _starts(first: date, last: date, step: Step) -> Iterator[date]:
    at = _start(first, step)
    while at <= last:
        yield at
        at = _start(at + timedelta(days=32), "month") if step == "month" else at + timedelta(days=_DAYS[step])


_DAYS = {"day": 1, "week": 7}


def _period(start: date, told: Sequence[Mentioned]) -> Period:
    counts: dict[str, int] = {}
    for one in told:
        counts[one.dimension] = counts.get(one.dimension, 0) + 1
    moods = [MOODS[one.sentiment] for one in told]
    return Period(start, counts, sum(moods) / len(moods) if moods else None)
