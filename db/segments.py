"""Series of runs in the database: each transaction adds a segment to a series, and from time to time they become one.

Only this module reads and writes the table; `db.curves` says what the bytes mean.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from db.curves import Points, decode, encode, merged, until
from db.driver import driven
from db.models import MetricSegment

Series = dict[str, Points]
"""By name."""
MANY = 50
"""Segments of one series that a living run may have after a checkpoint: to read as many takes a millisecond or two."""
MOVE = "UPDATE runs SET event_offset = {0} WHERE id = {0} AND event_offset < {0}"
ADD = "INSERT INTO metric_segments (run_id, name, event_offset, points) "
MOVE_SQLITE, ADD_SQLITE = MOVE.format("?"), ADD + "VALUES (?, ?, ?, ?)"
MOVE_AND_ADD = (
    f"WITH moved AS ({MOVE.format('%s')} RETURNING id, event_offset) "
    + ADD
    + "SELECT moved.id, brought.name, moved.event_offset, brought.points "
    "FROM moved, unnest(%b::text[], %b::bytea[]) AS brought (name, points)"
)
"""PostgreSQL moves and writes in one statement: each is a message there and back."""
_table = MetricSegment.__table__.c
_of_series = (_table.run_id == bindparam("run"), _table.name == bindparam("series"))


def move_and_add(connection: Connection, run_id: str, first: int, last: int, series: Series) -> bool:
    """Move a run's offset to `last` and add points; False, with nothing done, when it had reached `first` before.

    One statement asks and moves, so that of two workers that read the same file one adds its points.
    """
    if connection.dialect.name == "postgresql":
        names, points = list(series), [encode(of_one) for of_one in series.values()]
        return driven(connection, MOVE_AND_ADD, (last, run_id, first, names, points)) > 0
    if not driven(connection, MOVE_SQLITE, (last, run_id, first)):
        return False
    for name, of_one in series.items():
        driven(connection, ADD_SQLITE, (run_id, name, last, encode(of_one)))
    return True


def add(session: Session, run_id: str, offset: int, series: Mapping[str, Points]) -> None:
    """Add what the events up to an offset of the run's file say."""
    rows = [
        {"run_id": run_id, "name": name, "event_offset": offset, "points": encode(points)}
        for name, points in series.items()
        if points
    ]
    if rows:
        session.execute(insert(MetricSegment), rows)


def read_series(session: Session, run_ids: Collection[str], names: Collection[str] | None = None) -> dict[str, Series]:
    """Series of runs, all or those of these names, each in the order of its steps; read by primary key."""
    query = select(_table.run_id, _table.name, _table.points).where(_table.run_id.in_(list(run_ids)))
    if names is not None:
        query = query.where(_table.name.in_(list(names)))
    found: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for run_id, name, points in session.execute(query.order_by(_table.run_id, _table.name, _table.event_offset)):
        found[run_id, name].append(points)
    series: dict[str, Series] = {run_id: {} for run_id in run_ids}
    for (run_id, name), segments in found.items():
        series[run_id][name] = merged(segments)
    return series


def make_void(session: Session, run_id: str, after_step: int) -> None:
    """Remove the points after a step: segments that have no others, and those of one that has both."""
    query = select(_table.name, _table.event_offset, _table.points).where(_table.run_id == run_id)
    for name, offset, points in session.execute(query).all():
        before = decode(points)
        kept = until(before, after_step)
        if len(kept) < len(before):
            _replace(session, run_id, name, [offset], kept)


def merge(session: Session, run_id: str, more_than: int = 1) -> None:
    """Make one segment of the series of a run that have more than so many."""
    counted = select(_table.name).where(_table.run_id == run_id).group_by(_table.name)
    for name in session.scalars(counted.having(func.count() > more_than)).all():
        of_one = select(_table.event_offset, _table.points).where(*_of_series).order_by(_table.event_offset)
        rows = session.execute(of_one, {"run": run_id, "series": name}).all()
        _replace(session, run_id, name, [offset for offset, _ in rows], merged(points for _, points in rows))


def _replace(session: Session, run_id: str, name: str, offsets: Sequence[int], points: Points) -> None:
    """Put points, if there are any, in the place of the segments of a series that have these offsets, all in a row."""
    here = (_table.run_id == run_id, _table.name == name, _table.event_offset.between(min(offsets), max(offsets)))
    session.execute(delete(MetricSegment).where(*here), execution_options={"synchronize_session": False})
    add(session, run_id, max(offsets), {name: points})
