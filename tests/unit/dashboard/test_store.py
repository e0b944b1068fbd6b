"""What pages read: from the cache while nobody commits, anew after any commit."""

from datetime import timedelta
from typing import Any

import pytest

from dashboard import store
from dashboard.store import reading
from db import views
from db.base import now
from db.models import Worker
from db.session import session_scope
from tests.rows import a_complete_run, a_product


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the views that were really asked."""
    names: list[str] = []

    def counted(name: str, view: Any) -> Any:
        def ask(*args: Any, **kwargs: Any) -> Any:
            names.append(name)
            return view(*args, **kwargs)

        return ask

    for name in ("portfolio", "leaderboard", "system_state"):
        monkeypatch.setattr(views, name, counted(name, getattr(views, name)))
    return names


def test_a_second_read_asks_no_query(database: str, asked: list[str]) -> None:
    first, second = store.portfolio(), store.portfolio()
    assert first == second == []
    assert asked == ["portfolio"]


def test_a_commit_by_anybody_shows_at_the_next_read(database: str, asked: list[str]) -> None:
    assert not store.portfolio()
    with session_scope() as session:
        a_product(session, "Parcel insight")
    assert [row.name for row in store.portfolio()] == ["Parcel insight"]
    assert asked == ["portfolio"] * 2


def test_an_act_shows_at_once_even_where_the_token_is_coarse(
    database: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "change_token", lambda: "the same for a second")
    assert not store.portfolio()
    store.add_idea("Parcel insight", "Lin", "", "", "", "quality.f1_macro", 0.8, 100.0)
    assert len(store.portfolio()) == 1


def test_other_arguments_are_another_question(database: str, asked: list[str]) -> None:
    with session_scope() as session:
        product = a_product(session)
        run = a_complete_run(session, product)
        product_id, run_id = product.id, run.id
    assert [row.id for row in store.leaderboard(product_id=product_id, measure="quality.f1_macro")] == [run_id]
    assert not store.leaderboard(product_id=product_id + 1, measure="quality.f1_macro")
    assert asked == ["leaderboard"] * 2


def test_a_worker_that_falls_silent_is_noticed_without_any_commit(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_scope() as session:
        session.add(Worker(name="w", started_at=now(), heartbeat_at=now()))
    assert store.system_state().workers_alive == 1
    later = now() + timedelta(minutes=5)
    monkeypatch.setattr("db.views.system.now", lambda: later)
    monkeypatch.setattr("time.monotonic", lambda: 1e9)
    assert store.system_state().workers_alive == 0


def test_a_run_without_a_serving_curve_says_why_it_has_no_cost(database: str) -> None:
    with session_scope() as session:
        run_id = a_complete_run(session, a_product(session), curve=()).id
    assert "serving curve" in str(store.cost_per_1k(run_id, 100.0))
