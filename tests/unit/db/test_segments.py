"""Series are stored in segments: what is read is what point after point would give, in whatever pieces it came."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db import events as events_module
from db.curves import decode, encode, merged, until
from db.events import apply_events
from db.models import MetricSegment, Run
from db.segments import read_series
from db.session import session_scope
from tests.rows import event, numbered
from tests.unit.db.test_events import claimed

STEPS = st.integers(-2, 12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
POINTS = st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.tuples(NUMBERS, NUMBERS), max_size=20)
LOGGED = st.builds(
    lambda step, values: event("metric", step=step, values=values),
    STEPS,
    st.dictionaries(st.sampled_from(["loss", "评论"]), NUMBERS, min_size=1),
)
TOLD = st.one_of(
    LOGGED,
    LOGGED,
    LOGGED,
    st.builds(lambda step: event("resume", step=step), STEPS),
    st.builds(lambda step: event("checkpoint", step=step), STEPS),
)


@given(POINTS)
def test_points_come_back_in_the_order_of_their_steps(points: dict[int, tuple[float, float]]) -> None:
    assert list(decode(encode(points)).items()) == sorted(points.items())


def test_the_bytes_are_the_same_on_every_machine() -> None:
    step, value, at = "0100000000000000", "000000000000e03f", "0000000000000840"
    assert encode({1: (0.5, 3.0)}).hex() == step + value + at
    with pytest.raises(ValueError, match="25 bytes are no points"):
        decode(bytes(25))


@given(st.lists(POINTS, max_size=4), st.integers(-3, 3))
def test_of_two_points_for_one_step_the_later_segment_counts(segments: list[Any], step: int) -> None:
    plain: dict[int, tuple[float, float]] = {}
    for points in segments:
        plain |= points
    found = merged(encode(points) for points in segments)
    assert list(found.items()) == sorted(plain.items())
    assert until(found, step) == {at: point for at, point in plain.items() if at <= step}


def point_after_point(told: list[Mapping[str, Any]]) -> dict[str, dict[int, tuple[float, float]]]:
    """What is stored when each point is a row that a later one for its step replaces and a resume deletes."""
    rows: dict[tuple[str, int], tuple[float, float]] = {}
    for one in told:
        if one["kind"] == "metric":
            rows |= {(name, one["step"]): (value, one["at"]) for name, value in one["values"].items()}
        if one["kind"] == "resume":
            rows = {key: point for key, point in rows.items() if key[1] <= one["step"]}
    series: dict[str, dict[int, tuple[float, float]]] = {}
    for (name, step), point in sorted(rows.items()):
        series.setdefault(name, {})[step] = point
    return series


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(TOLD, min_size=1, max_size=5), min_size=1, max_size=6), ends=st.booleans())
def test_a_series_is_what_point_after_point_would_give(
    database: str, monkeypatch: pytest.MonkeyPatch, batches: list[list[Mapping[str, Any]]], ends: bool
) -> None:
    """Points logged again, in any order, resumes and checkpoints, each batch sent twice; in the end one segment."""
    monkeypatch.setattr(events_module, "MANY", 2)
    run_id, offset = claimed(), 0
    batches += [[event("end", state="failed", error=None, reason=None)]] if ends else []
    for batch in batches:
        with session_scope() as session:
            for _time in range(2):
                apply_events(session, run_id, numbered(batch, offset))
        offset += 10 * len(batch)
    expected = point_after_point([one for batch in batches for one in batch])
    with session_scope() as session:
        session.get_one(Run, run_id).state = "failed"
        found = read_series(session, [run_id])
        most = select(func.count()).where(MetricSegment.run_id == run_id).group_by(MetricSegment.name)
        assert not ends or set(session.scalars(most)) <= {1}
    assert found == {run_id: expected}
    assert all(list(points) == sorted(points) for points in found[run_id].values())


def test_a_checkpoint_merges_only_what_has_become_many(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "MANY", 3)
    run_id = claimed()
    kept = []
    for step in range(5):
        with session_scope() as session:
            told = [event("metric", step=step, values={"loss": 1.0}), event("checkpoint", step=step)]
            apply_events(session, run_id, numbered(told, 20 * step))
            kept.append(len(session.scalars(select(MetricSegment.event_offset)).all()))
    assert kept == [1, 2, 3, 1, 2]
