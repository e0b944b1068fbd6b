"""Sessions: whole or nothing, and patient with locks."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from db import session as sessions
from db.base import now
from db.models import Product, Worker
from db.session import get_bind, in_transaction, reading, session_scope, upgrade
from tests.rows import a_product


def names() -> list[str]:
    with session_scope() as session:
        return list(session.scalars(select(Product.name)))


def test_a_block_that_raises_leaves_nothing(database: str) -> None:
    with pytest.raises(KeyError), session_scope() as session:
        a_product(session)
        session.flush()
        raise KeyError
    assert names() == []


@pytest.mark.sqlite_only
def test_a_locked_database_is_waited_for(database: str) -> None:
    locked, path = threading.Event(), database.removeprefix("sqlite:///")

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        locked.set()
        threading.Event().wait(0.7)
        other.execute("COMMIT")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait()
    in_transaction(lambda session: a_product(session, "late"))
    thread.join()
    assert names() == ["late"]


def test_work_that_meets_a_lock_is_done_again_whole(database: str) -> None:
    tries = []

    def work(session: Session) -> None:
        a_product(session, f"try {len(tries)}")
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))

    in_transaction(work)
    assert (names(), len(tries)) == (["try 2"], 3)


def test_a_question_changes_nothing(database: str) -> None:
    with session_scope() as session:
        a_product(session)
    with pytest.raises(RuntimeError, match="a question changes nothing"), reading() as session:
        session.scalars(select(Product)).one().name = "changed"
    assert names() == ["Review insight"]


def test_patience_ends_and_other_errors_are_not_retried(database: str) -> None:
    def locked(_session: Session) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    with pytest.raises(OperationalError, match="locked"):
        in_transaction(locked, patience_seconds=0.2)

    def broken(_session: Session) -> None:
        raise OperationalError("UPDATE", {}, Exception("no such table"))

    with pytest.raises(OperationalError, match="no such table"):
        in_transaction(broken)


def test_an_upgrade_makes_file_and_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/place.db"
    upgrade(url)
    with session_scope(url) as session:
        assert session.scalars(select(Product)).all() == []
    get_bind(url).dispose()


def test_the_url_is_a_file_under_var_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert sessions.database_url() == "sqlite:///var/prospectus.db"


@pytest.mark.postgresql_only
def test_two_that_add_the_same_row_both_succeed(database: str) -> None:
    """The one that comes late is run again and finds the row."""
    meeting = threading.Barrier(2)
    tries: list[int] = []

    def work(session: Session) -> str:
        tries.append(1)
        found = session.scalars(select(Worker).where(Worker.name == "same")).first()
        if len(tries) <= 2:
            meeting.wait(60)
        if found is None:
            session.add(Worker(name="same", started_at=now(), heartbeat_at=now()))
        return "found" if found else "added"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: in_transaction(work), range(2)))
    assert (sorted(said), len(tries)) == (["added", "found"], 3)


@pytest.mark.postgresql_only
def test_two_that_block_each_other_both_succeed(database: str) -> None:
    """PostgreSQL ends one of them (deadlock); that one is run again."""
    with session_scope() as session:
        ids = [a_product(session, name).id for name in ("one", "two")]
    meeting = threading.Barrier(2)
    tries: list[int] = []

    def work(session: Session, order: list[int]) -> None:
        first = not tries.count(order[0])
        tries.append(order[0])
        for place, product_id in enumerate(order):
            session.get_one(Product, product_id).owner = f"{order}"
            session.flush()
            if first and place == 0:
                meeting.wait(60)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda order: in_transaction(lambda s: work(s, order)), (ids, ids[::-1])))
    assert len(tries) == 3


@pytest.mark.postgresql_only
def test_a_broken_rule_is_an_error_after_three_tries(database: str) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(1)
        session.add_all([Worker(name="same", started_at=now(), heartbeat_at=now()) for _ in range(2)])

    with pytest.raises(IntegrityError):
        in_transaction(work)
    assert len(tries) == 3


@pytest.mark.sqlite_only
def test_who_will_write_is_let_in_at_the_start(database: str) -> None:
    """So that nothing that a transaction has read is out of date when it writes."""
    inside, let_go = threading.Event(), threading.Event()

    def first(session: Session) -> None:
        names = session.scalars(select(Product.name)).all()
        inside.set()
        let_go.wait(60)
        a_product(session, f"after {len(names)}")

    def second(session: Session) -> None:
        a_product(session, f"after {len(session.scalars(select(Product.name)).all())}")

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(in_transaction, first)
        inside.wait(60)
        two = pool.submit(in_transaction, second)
        let_go.set()
        one.result(20), two.result(20)
    assert sorted(names()) == ["after 0", "after 1"]
