"""Money of APIs: each charge once, in whatever pieces and however often it is told."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from db.charges import add_charges, charged_usd, charges_of
from db.events import apply_events
from db.models import ApiCharge, CostEntry, Run
from db.money import price_seconds
from db.runs import claim_next
from db.session import session_scope
from tests.rows import a_rate, a_run, event, numbered, spend

RATE_NANO = 23_000_000


def charge(key: str, usd: str = "0.000008", grade: str = "quoted") -> dict[str, Any]:
    return event(
        "charge",
        key=key,
        usd=usd,
        model="m",
        input_tokens=50,
        cached_tokens=8,
        output_tokens=1,
        grade=grade,
        source="a list",
    )


@pytest.fixture
def run_id(database: str) -> str:
    with session_scope() as session:
        run = a_run(session)
        assert claim_next(session, "w", "local_cpu") is not None
        return run.id


def applied(run_id: str, events: list[Any], start: int = 0) -> Run:
    with session_scope() as session:
        return apply_events(session, run_id, numbered(events, start))


def entries(run_id: str) -> dict[tuple[str, str], CostEntry]:
    with session_scope() as session:
        rows = session.scalars(select(CostEntry).where(CostEntry.run_id == run_id)).all()
        session.expunge_all()
        return {(row.category, row.phase): row for row in rows}


def test_charges_stand_beside_the_seconds(run_id: str) -> None:
    run = applied(run_id, [spend(1000.0, 1060.0), charge("a"), charge("b", "0.000012")])
    seconds = price_seconds(60.0, RATE_NANO)
    assert run.cost_nano == seconds + 20_000
    assert run.seconds == 60.0
    api = entries(run_id)["training", "api"]
    assert (api.usd_nano, api.requests, api.seconds, api.grade, api.period) == (20_000, 2, 0.0, "quoted", "attempt 1")


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_a_charge_told_again_is_the_same_charge(run_id: str, pieces: int) -> None:
    events = [charge("a"), charge("b"), charge("a"), spend(1.0, 2.0), charge("b")]
    size = -(-len(events) // pieces)
    for start in range(0, len(events), size):
        part = numbered(events)[start : start + size]
        for _ in range(2):  # a batch may be sent any number of times
            with session_scope() as session:
                apply_events(session, run_id, part)
    with session_scope() as session:
        assert charges_of(session, run_id) == 2
        assert charged_usd(session, run_id=run_id) == Decimal("0.000016")
    assert entries(run_id)["training", "api"].usd_nano == 16_000


def test_the_entry_has_the_weakest_grade(run_id: str) -> None:
    applied(run_id, [charge("a"), charge("b", grade="assumed"), charge("c")])
    assert entries(run_id)["training", "api"].grade == "assumed"


def test_what_serving_charged_is_a_day_s_entry_and_not_the_run_s_own_money(run_id: str) -> None:
    with session_scope() as session:
        run = session.get_one(Run, run_id)
        told = [charge("a"), charge("b")]
        assert add_charges(session, run, told, category="inference", rate=a_rate(session)) == 2
        assert add_charges(session, run, told, category="inference", rate=a_rate(session)) == 0
        assert run.cost_nano == 0
    assert entries(run_id)["inference", "api"].period == "2025-06-15"
    with session_scope() as session:
        assert session.scalars(select(ApiCharge.category)).all() == ["inference", "inference"]
