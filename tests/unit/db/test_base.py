"""Column types: the same on either database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from db.models import Product, RunNote, Worker
from db.session import session_scope
from engine.errors import InputError
from tests.rows import a_dataset, a_product, a_run


def test_a_text_longer_than_its_column_is_refused_on_either(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        product.owner = "n" * 120
        with pytest.raises(InputError, match=r"too long: products\.owner takes 120 characters, not 121"):
            product.owner = "n" * 121
        with pytest.raises(InputError, match=r"datasets\.name takes 160"):
            a_dataset(session, "d" * 161)


def test_a_text_of_any_length_fits_where_no_length_is_said(database: str) -> None:
    with session_scope() as session:
        session.add(RunNote(run_id=a_run(session).id, at=1.0, template="t" * 100_000, values={"n": "语" * 10_000}))


def test_zero_bytes_are_refused(database: str) -> None:
    with session_scope() as session, pytest.raises(InputError, match="zero byte"):
        a_product(session, hypothesis="before\0after")


def test_times_come_back_in_utc_and_whole(database: str) -> None:
    there = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with session_scope() as session:
        session.add(Worker(name="w", started_at=there, heartbeat_at=there))
    with session_scope() as session:
        found = session.get_one(Worker, "w").started_at
        assert found == there and found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: str) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), session_scope() as session:
        session.add(Worker(name="w", started_at=datetime(2026, 1, 1), heartbeat_at=datetime(2026, 1, 1)))


def test_text_in_any_script_and_figures_come_back_exactly(database: str) -> None:
    with session_scope() as session:
        a_product(session, "评论分析 🙂", bar_minimum=0.1 + 0.2, latency_limit_ms=1e-300)
    with session_scope() as session:
        product = session.get_one(Product, 1)
        assert (product.name, product.bar_minimum, product.latency_limit_ms) == ("评论分析 🙂", 0.1 + 0.2, 1e-300)
