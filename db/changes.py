"""A token that changes whenever anybody commits, cheap enough to ask before every read."""

import sqlite3
import threading
from functools import cache

from sqlalchemy import Engine

from db.session import database_url, get_bind
from db.urls import is_sqlite

_lock = threading.Lock()


def change_token(url: str | None = None) -> str:
    """Equal for two moments of one process only if nothing was committed in between.

    SQLite counts commits itself (PRAGMA data_version, on a connection that never writes). On PostgreSQL it is
    the snapshot that a transaction beginning now would see: it changes when a transaction that wrote ends,
    committed or not.
    """
    url = url or database_url()
    if not is_sqlite(url):
        with _asking(url).connect() as connection:
            return f"{hash(url)} {connection.exec_driver_sql('SELECT pg_current_snapshot()::text').scalar_one()}"
    with _lock:
        (version,) = _observer(url.removeprefix("sqlite:///")).execute("PRAGMA data_version").fetchone()
    return f"{hash(url)} {version}"


@cache
def _asking(url: str) -> Engine:
    """The same bind without transactions around a question."""
    return get_bind(url).execution_options(isolation_level="AUTOCOMMIT")


@cache
def _observer(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None)
