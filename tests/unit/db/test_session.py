"""Sessions: whole or nothing, and patient with locks."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db import session as sessions
from db.models import Product
from db.session import get_bind, in_transaction, session_scope, upgrade
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
