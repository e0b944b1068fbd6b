"""Events of a run become rows: the offset and all they mean move in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from db.base import now
from db.charges import add_charges
from db.costs import Spending
from db.curves import until
from db.models import Artifact, MetricSummary, Run, RunNote
from db.runs import get_run
from db.segments import MANY, Series, add, make_void, merge, move_and_add
from db.upsert import upsert
from engine.errors import N_, StoredFileError

Event = Mapping[str, Any]


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
    told = list(events)
    if not told:
        return
    session.flush()
    only_points = {event["kind"] for event, _offset in told} == {"metric"}
    if not only_points or not _write_points(session, run_id, told):
        _apply(session, run_id, told)


def _write_points(session: Session, run_id: str, events: Sequence[tuple[Event, int]]) -> bool:
    """Points are most of what runs say: past all that other events need. False when some were applied earlier."""
    series: Series = defaultdict(dict)
    for event, _offset in events:
        _add_points(series, event)
    return move_and_add(session.connection(), run_id, events[0][1], events[-1][1], series)


def _add_points(series: Series, event: Event) -> None:
    """Of two points for one step the later one counts."""
    step, at = event["step"], event["at"]
    for name, value in event["values"].items():
        series[name][step] = (value, at)


def _apply(session: Session, run_id: str, events: Sequence[tuple[Event, int]]) -> None:
    """Events of any kind, those that are new, after locking the run's row."""
    lock = update(Run).where(Run.id == run_id).values(event_offset=Run.event_offset).returning(Run.event_offset)
    reached = session.connection().execute(lock).scalar()
    new = [(event, offset) for event, offset in events if reached is not None and offset > reached]
    if not new:
        return
    run = get_run(session, run_id)
    session.refresh(run)
    batch = _Batch(session, run)
    for event, offset in new:
        batch.apply(event)
        run.event_offset = offset
    batch.flush()
    session.flush()


class _Batch:
    """Points, summaries and seconds of one transaction, written together at its end."""

    def __init__(self, session: Session, run: Run) -> None:
        self.session = session
        self.run = run
        self.spending = Spending(session, run)
        self.series: Series = defaultdict(dict)
        self.merge_above: int | None = None
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
        add(self.session, self.run.id, self.run.event_offset, self.series)
        if self.merge_above is not None:
            merge(self.session, self.run.id, self.merge_above)
        upsert(self.session, MetricSummary, list(self.summaries.values()))
        self.series.clear()
        self.summaries.clear()

    def metric(self, event: Event) -> None:
        _add_points(self.series, event)

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
        self.merge_above = self.merge_above or MANY

    def resume(self, event: Event) -> None:
        """The child goes on after this step: later points are void and come again."""
        step = event["step"]
        for name, points in self.series.items():
            self.series[name] = until(points, step)
        make_void(self.session, self.run.id, step)

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
        self.merge_above = 1
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
