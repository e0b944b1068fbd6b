"""Events of a run become rows: the offset and all they mean move in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete
from sqlalchemy.orm import Session

from db.base import now
from db.charges import add_charges
from db.costs import Spending
from db.models import Artifact, Metric, MetricSummary, Run, RunNote
from db.runs import get_run
from db.upsert import upsert
from engine.errors import N_, StoredFileError

Event = Mapping[str, Any]
Point = tuple[str, str, int, float, float]
"""run, series, step, value, seconds since the epoch."""


POINTS = {
    "sqlite": "INSERT INTO metrics (run_id, name, step, value, at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (run_id, name, step) DO UPDATE SET value = excluded.value, at = excluded.at",
    "postgresql": "INSERT INTO metrics (run_id, name, step, value, at) "
    "SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::float8[], %s::float8[]) "
    "ON CONFLICT (run_id, name, step) DO UPDATE SET value = excluded.value, at = excluded.at",
}
"""Written out, as points are most of what runs say: building statements took ten times as long as running them.
PostgreSQL gets the points of a transaction as five columns in one statement: one for each point took twice as long."""
LOCK = {
    "sqlite": "UPDATE runs SET event_offset = event_offset WHERE id = ? RETURNING event_offset",
    "postgresql": "UPDATE runs SET event_offset = event_offset WHERE id = %s RETURNING event_offset",
}
MOVE = {
    "sqlite": "UPDATE runs SET event_offset = ? WHERE id = ?",
    "postgresql": "UPDATE runs SET event_offset = %s WHERE id = %s",
}


def apply_events(session: Session, run_id: str, events: Iterable[tuple[Event, int]]) -> Run:
    """`write_events`, and the run as it is then."""
    write_events(session, run_id, events)
    run = get_run(session, run_id)
    session.refresh(run)
    return run


def write_events(session: Session, run_id: str, events: Iterable[tuple[Event, int]]) -> None:
    """Write events, as `engine.recorder.read_events` yields them, that are not in the database yet.

    Each comes with the file offset after it; one at or before the run's offset was applied earlier and does
    nothing, so any batch may be sent any number of times. The run row is locked first: two workers that
    read the same file cannot both count it. Raises StoredFileError for an event of an unknown kind.
    """
    session.flush()
    connection = session.connection()
    dialect = connection.dialect.name
    reached = connection.exec_driver_sql(LOCK[dialect], (run_id,)).scalar()
    new = [(event, offset) for event, offset in events if reached is not None and offset > reached]
    if any(event["kind"] != "metric" for event, _offset in new):
        _apply(session, run_id, new)
    elif new:
        _write_points(connection, _points(run_id, (event for event, _offset in new)).values())
        connection.exec_driver_sql(MOVE[dialect], (new[-1][1], run_id))


def _apply(session: Session, run_id: str, events: Sequence[tuple[Event, int]]) -> None:
    """Events of any kind, to a run whose row is locked."""
    run = get_run(session, run_id)
    session.refresh(run)
    batch = _Batch(session, run)
    for event, offset in events:
        batch.apply(event)
        run.event_offset = offset
    batch.flush()
    session.flush()


def _points(run_id: str, events: Iterable[Event]) -> dict[tuple[str, int], Point]:
    """Points by series and step; of two for the same step the later one."""
    return {
        (name, event["step"]): (run_id, name, event["step"], value, event["at"])
        for event in events
        for name, value in event["values"].items()
    }


def _write_points(connection: Connection, points: Iterable[Point]) -> None:
    rows = list(points)
    dialect = connection.dialect.name
    if rows and dialect == "postgresql":
        connection.exec_driver_sql(POINTS[dialect], tuple(map(list, zip(*rows, strict=True))))
    elif rows:
        connection.exec_driver_sql(POINTS[dialect], rows)


class _Batch:
    """Points, summaries and seconds of one transaction, written together at its end."""

    def __init__(self, session: Session, run: Run) -> None:
        self.session = session
        self.run = run
        self.spending = Spending(session, run)
        self.points: dict[tuple[str, int], Point] = {}
        self.summaries: dict[tuple[str, str], dict[str, Any]] = {}
        self.charges: list[Event] = []

    def apply(self, event: Event) -> None:
        meaning = _MEANINGS.get(event["kind"])
        if meaning is None:
            raise StoredFileError(
                N_("Run {run} wrote an event of the unknown kind “{kind}”."), run=self.run.id, kind=event["kind"]
            )
        meaning(self, event)

    def flush(self) -> None:
        self._write_money()
        _write_points(self.session.connection(), self.points.values())
        upsert(self.session, MetricSummary, list(self.summaries.values()))
        self.points.clear()
        self.summaries.clear()

    def metric(self, event: Event) -> None:
        self.points |= _points(self.run.id, (event,))

    def summary(self, event: Event) -> None:
        fields = ("split", "name", "value", "low", "high", "n", "baseline", "quantiles")
        row = {field: event[field] for field in fields}
        of_run = {"run_id": self.run.id, "experiment_id": self.run.experiment_id}
        self.summaries[row["split"], row["name"]] = of_run | row

    def spend(self, event: Event) -> None:
        self.spending.add(event["phase"], event["start"], event["end"])

    def charge(self, event: Event) -> None:
        self.charges.append(event)

    def _write_money(self) -> None:
        if self.charges:
            add_charges(self.session, self.run, self.charges, category="training")
            self.charges.clear()
            self.spending.total()
        self.spending.write()

    def progress(self, event: Event) -> None:
        self.run.progress = event["fraction"]
        self.run.progress_text = {"template": event["template"], "values": event["values"]}
        self.run.left_seconds = event["left_seconds"]

    def checkpoint(self, event: Event) -> None:
        self.run.checkpoint_step = event["step"]

    def resume(self, event: Event) -> None:
        """The child goes on after this step: later points are void and come again."""
        step = event["step"]
        self.points = {key: point for key, point in self.points.items() if key[1] <= step}
        self.session.execute(
            delete(Metric).where(Metric.run_id == self.run.id, Metric.step > step),
            execution_options={"synchronize_session": False},
        )

    def artifact(self, event: Event) -> None:
        row = {field: event[field] for field in ("name", "path", "bytes")}
        upsert(self.session, Artifact, [{"run_id": self.run.id, **row}])

    def facts(self, event: Event) -> None:
        self.run.facts = {**self.run.facts, **event["values"]}
        self.run.peak_memory_mb = self.run.facts.get("peak_memory_mb")

    def note(self, event: Event) -> None:
        self.session.add(
            RunNote(run_id=self.run.id, at=event["at"], template=event["template"], values=event["values"])
        )

    def end(self, event: Event) -> None:
        self._write_money()
        run = self.run
        run.state = event["state"]
        run.error = event["error"]
        run.finished_at = min(now(), datetime.fromtimestamp(event["at"], UTC))
        run.left_seconds = None
        if run.state == "complete":
            run.progress = 1.0
        if run.state == "stopped":
            run.stop_reason = run.stop_reason or event.get("reason") or self._why_stopped()

    def _why_stopped(self) -> str:
        over = self.run.budget_nano is not None and self.run.cost_nano >= self.run.budget_nano
        return "budget" if over else "shutdown"


_MEANINGS: dict[str, Callable[[_Batch, Event], None]] = {
    "metric": _Batch.metric,
    "summary": _Batch.summary,
    "spend": _Batch.spend,
    "charge": _Batch.charge,
    "progress": _Batch.progress,
    "checkpoint": _Batch.checkpoint,
    "resume": _Batch.resume,
    "artifact": _Batch.artifact,
    "facts": _Batch.facts,
    "note": _Batch.note,
    "end": _Batch.end,
}
