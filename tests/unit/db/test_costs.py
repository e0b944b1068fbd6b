"""Rates in force, and serving seconds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from db import costs
from db.models import CostEntry, Rate
from db.session import session_scope
from engine.costs.rates import RateEntry, read_rates
from engine.errors import StateError
from tests.rows import a_complete_run, a_product, a_rate


def entry(usd: str, valid_from: date, fingerprint: str) -> RateEntry:
    shipped = next(rate for rate in read_rates() if rate.key == "local_cpu")
    return replace(shipped, usd=Decimal(usd), valid_from=valid_from, fingerprint=fingerprint)


def test_a_rate_is_loaded_once(database: str) -> None:
    entries = [e.as_dict() for e in read_rates()]
    with session_scope() as session:
        assert costs.load_rates(session, entries) == len(entries)
        assert costs.load_rates(session, entries) == 0
        rate = session.scalars(select(Rate).where(Rate.key == "local_cpu")).one()
        assert (rate.usd_nano, rate.low_nano, rate.high_nano) == (23_000_000, 7_500_000, 65_000_000)
        assert (rate.grade, rate.checked_on, rate.source) == ("assumed", None, "from memory, unchecked")


def test_the_newest_rate_that_has_begun_is_in_force(database: str) -> None:
    rows = [entry("1", date(2026, 1, 1), "a"), entry("2", date(2026, 5, 1), "b"), entry("3", date(2026, 5, 1), "c")]
    with session_scope() as session:
        costs.load_rates(session, [row.as_dict() for row in rows])

        def usd(day: date) -> int:
            return costs.rate_in_force(session, "local_cpu", day).usd_nano // 10**9

        assert [usd(date(2026, 1, 1)), usd(date(2026, 4, 30)), usd(date(2026, 5, 1))] == [1, 1, 3]


def test_no_rate_names_key_and_day(database: str) -> None:
    with session_scope() as session:
        a_rate(session)
        with pytest.raises(StateError, match="No rate for “local_cpu” is in force on 2020-01-01"):
            costs.rate_in_force(session, "local_cpu", date(2020, 1, 1))
        with pytest.raises(StateError, match="No rate for “h100”"):
            costs.rate_in_force(session, "h100", date(2026, 6, 1))


def test_serving_seconds_make_one_entry_a_day_beside_the_runs_own_money(database: str) -> None:
    with session_scope() as session:
        product, rate = a_product(session), a_rate(session)
        run = a_complete_run(session, product)
        trained = run.cost_nano
        noon = datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()
        for at in (noon, noon + 60, noon + 86_400):
            costs.add_usage(session, run.id, rate, at=at, seconds=36.0, requests=10)
        entries = session.scalars(select(CostEntry).where(CostEntry.category == "inference").order_by(CostEntry.id))
        # 72 s x 0.023 USD / 3600 s = 0.00046 USD.
        assert [(e.period, e.seconds, e.requests, e.usd_nano) for e in entries] == [
            ("2026-06-01", 72.0, 20, 460_000),
            ("2026-06-02", 36.0, 10, 230_000),
        ]
        assert run.cost_nano == trained
        assert costs.spent_usd(session, product.id) == Decimal(trained + 690_000) / 10**9


def test_usage_of_a_run_that_is_gone_is_nobodys(database: str) -> None:
    with session_scope() as session:
        costs.add_usage(session, "gone", a_rate(session), at=1e9, seconds=1.0, requests=1)
        assert session.scalars(select(CostEntry)).all() == []


def test_cursors_of_tailed_files(database: str) -> None:
    with session_scope() as session:
        assert costs.read_cursor(session, "usage/a.jsonl") == 0
        costs.move_cursor(session, "usage/a.jsonl", 10)
        costs.move_cursor(session, "usage/a.jsonl", 25)
        assert costs.read_cursor(session, "usage/a.jsonl") == 25
