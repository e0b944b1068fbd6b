"""series of runs as bytes

Revision ID: 0007
Revises: 0006
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    segments = op.create_table(
        'metric_segments',
        sa.Column('run_id', sa.String(length=12), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('event_offset', sa.BigInteger(), nullable=False),
        sa.Column('points', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['run_id'], ['runs.id'], name=op.f('fk_metric_segments_run_id_runs'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('run_id', 'name', 'event_offset', name=op.f('pk_metric_segments')),
    )
    points = _read(
        'SELECT m.run_id, m.name, r.event_offset, m.step, m.value, m.at'
        ' FROM metrics m JOIN runs r ON r.id = m.run_id ORDER BY m.run_id, m.name, m.step'
    )
    _write(segments, (_segment(key, [row[3:] for row in of_one]) for key, of_one in groupby(points, lambda r: r[:3])))
    op.drop_table('metrics')


def downgrade() -> None:
    metrics = op.create_table(
        'metrics',
        sa.Column('run_id', sa.String(length=12), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('step', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('value', sa.Double(), nullable=False),
        sa.Column('at', sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_metrics_run_id_runs'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'name', 'step', name=op.f('pk_metrics')),
        sqlite_with_rowid=False,
    )
    segments = _read('SELECT run_id, name, points FROM metric_segments ORDER BY run_id, name, event_offset')
    by_series = groupby(segments, lambda row: row[:2])
    _write(metrics, chain.from_iterable(_points(key, [row[2] for row in of_one]) for key, of_one in by_series))
    op.drop_table('metric_segments')


def _read(query: str) -> Iterator[Any]:
    """Rows, a few at a time."""
    found = op.get_bind().execute(sa.text(query).execution_options(yield_per=10_000))
    return (tuple(row) for row in found)


def _write(table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            op.get_bind().execute(table.insert(), waiting)
            waiting.clear()
    if waiting:
        op.get_bind().execute(table.insert(), waiting)


def _segment(key: tuple[Any, ...], points: list[tuple[int, float, float]]) -> dict[str, Any]:
    n = len(points)
    steps, values, times = zip(*points, strict=True)
    data = struct.pack(f'<{n}q{n}d{n}d', *steps, *values, *times)
    return dict(zip(('run_id', 'name', 'event_offset'), key, strict=True)) | {'points': data}


def _points(key: tuple[Any, ...], segments: list[bytes]) -> Iterator[dict[str, Any]]:
    """Of two points for one step the later one."""
    found: dict[int, tuple[float, float]] = {}
    for data in segments:
        n = len(data) // 24
        numbers = struct.unpack(f'<{n}q{n}d{n}d', data)
        found |= dict(zip(numbers[:n], zip(numbers[n : 2 * n], numbers[2 * n :], strict=True), strict=True))
    for step, (value, at) in sorted(found.items()):
        yield dict(zip(('run_id', 'name'), key, strict=True)) | {'step': step, 'value': value, 'at': at}
