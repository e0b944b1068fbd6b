"""Rates in force, and the money that metered seconds make."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.days import Counted, count_day
from db.models import CostEntry, Experiment, Rate, Run, TailCursor
from db.money import price_seconds, sum_nano, to_nano
from engine.errors import N_, StateError

HOURLY = "hour"
CHUNK = 500
MORE = ("kind", "provider", "region", "item", "currency", "quoted", "url", "origin", "author")


def load_rates(session: Session, entries: Iterable[Mapping[str, Any]]) -> int:
    """Append the rates that are not there yet; returns how many were new.

    An entry has key, unit, usd, low_usd, high_usd, grade, source, note, checked_on, valid_from, fingerprint, and those
    of `MORE` that differ from their defaults; it is already validated.
    """
    given = list(entries)
    known: set[str] = set()
    for start in range(0, len(given), CHUNK):
        asked = [entry["fingerprint"] for entry in given[start : start + CHUNK]]
        known.update(session.scalars(select(Rate.fingerprint).where(Rate.fingerprint.in_(asked))))
    new = [entry for entry in given if entry["fingerprint"] not in known]
    session.add_all(
        Rate(
            key=entry["key"],
            unit=entry["unit"],
            usd_nano=to_nano(entry["usd"]),
            low_nano=to_nano(entry["low_usd"]),
            high_nano=to_nano(entry["high_usd"]),
            grade=entry["grade"],
            source=entry["source"],
            note=entry["note"],
            checked_on=entry["checked_on"],
            valid_from=entry["valid_from"],
            fingerprint=entry["fingerprint"],
            **{name: entry[name] for name in MORE if name in entry},
        )
        for entry in new
    )
    session.flush()
    return len(new)


def rate_in_force(session: Session, key: str, on: date) -> Rate:
    """The rate of `key` on a day: the newest that had begun; of two that began together, the later loaded.

    Raises StateError naming the key and the day when there is none.
    """
    rate = session.scalars(
        select(Rate)
        .where(Rate.key == key, Rate.valid_from <= on)
        .order_by(Rate.valid_from.desc(), Rate.id.desc())
        .limit(1)
    ).first()
    if rate is None:
        raise StateError(
            N_("No rate for “{key}” is in force on {on}."),
            key=key,
            on=on.isoformat(),
            remedy=N_("Add one to a file in engine/costs/rates, with its source and date."),
        )
    return rate


class Spending:
    """Wall seconds of one run's living attempt, gathered and then written at once; each second counts once."""

    def __init__(self, session: Session, run: Run) -> None:
        self._session = session
        self._run = run
        self._phases: dict[str, list[tuple[float, float]]] = {}
        """Seconds and where they end, by phase."""

    def add(self, phase: str, start: float, end: float) -> None:
        """Count [start, end), without what lies before the end of what is counted already."""
        run = self._run
        start = max(start, run.metered_until) if run.metered_until is not None else start
        if end > start:
            run.metered_until = end
            self._phases.setdefault(phase, []).append((end - start, end))

    def write(self) -> None:
        """Put it into the run's cost entries.

        The money of an entry is its total seconds at the run's rate, rounded once; the run's figures are sums
        over its entries.
        """
        if not self._phases:
            return
        session, run = self._session, self._run
        rate = session.get_one(Rate, run.rate_id)
        period = f"attempt {run.attempt}"
        for phase, spans in self._phases.items():
            _grow(session, run, rate, category="training", period=period, phase=phase, spans=spans)
        self._phases.clear()
        session.flush()
        self.total()

    def total(self) -> None:
        """The run's own figures, from its cost entries."""
        run = self._run
        run.seconds, run.cost_nano = self._session.execute(
            select(func.sum(CostEntry.seconds), sum_nano(CostEntry.usd_nano)).where(
                CostEntry.run_id == run.id, CostEntry.category == "training"
            )
        ).one()


def add_usage(session: Session, run_id: str, rate: Rate, *, at: float, seconds: float, requests: int) -> None:
    """Count `seconds` of serving a run's model on the UTC day of `at` (epoch), and how many requests they answered."""
    run = session.get(Run, run_id)
    if run is None or seconds < 0:
        return
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    entry = _grow(session, run, rate, category="inference", period=day, phase="serve", spans=[(seconds, at)])
    entry.requests += requests
    session.flush()


def entry_of(
    session: Session, run: Run, rate: Rate, place: tuple[str, str, str], *, grade: str, started_at: datetime
) -> tuple[CostEntry, bool]:
    """The entry of a category, period and phase, and whether it was made now, with this rate, grade and start."""
    category, period, phase = place
    entry = session.scalars(
        select(CostEntry).where(
            CostEntry.run_id == run.id,
            CostEntry.category == category,
            CostEntry.period == period,
            CostEntry.phase == phase,
        )
    ).first()
    if entry is not None:
        return entry, False
    entry = CostEntry(
        product_id=session.get_one(Experiment, run.experiment_id).product_id,
        run_id=run.id,
        category=category,
        period=period,
        phase=phase,
        rate_id=rate.id,
        seconds=0.0,
        usd_nano=0,
        grade=grade,
        requests=0,
        started_at=started_at,
    )
    session.add(entry)
    return entry, True


def _grow(
    session: Session,
    run: Run,
    rate: Rate,
    *,
    category: str,
    period: str,
    phase: str,
    spans: Sequence[tuple[float, float]],
) -> CostEntry:
    """Add spans (seconds, end in epoch seconds) one by one: the sum is the same in however many pieces they come."""
    began = datetime.fromtimestamp(spans[0][1] - spans[0][0], UTC)
    entry, new = entry_of(session, run, rate, (category, period, phase), grade=rate.grade, started_at=began)
    priced_by = rate if entry.rate_id == rate.id else session.get_one(Rate, entry.rate_id)
    for seconds, _until in spans:
        entry.seconds += seconds
    before, entry.usd_nano = entry.usd_nano, price_seconds(entry.seconds, priced_by.usd_nano)
    entry.ended_at = datetime.fromtimestamp(spans[-1][1], UTC)
    count_day(
        session,
        Counted(entry.ended_at.date(), entry.product_id, category, "metered", entry.grade),
        entry.usd_nano - before,
        entries=int(new),
    )
    return entry


def spent_usd(session: Session, product_id: int) -> Decimal:
    """All metered money of a product: training and serving."""
    nano = session.scalar(select(sum_nano(CostEntry.usd_nano)).where(CostEntry.product_id == product_id))
    return Decimal(nano or 0) / 10**9


def read_cursor(session: Session, path: str) -> int:
    """How many bytes of a tailed file are in the database."""
    cursor = session.get(TailCursor, path)
    return cursor.offset if cursor else 0


def move_cursor(session: Session, path: str, offset: int) -> None:
    """Note that a tailed file is in the database up to `offset`; in the transaction that put it there."""
    cursor = session.get(TailCursor, path)
    if cursor is None:
        session.add(TailCursor(path=path, offset=offset))
    else:
        cursor.offset = offset
