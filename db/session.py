"""The bind (SQLAlchemy's engine), sessions, and schema upgrades."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, configure_mappers, sessionmaker

from db.driver import driven
from db.urls import is_sqlite, parse, postgresql_bind

T = TypeVar("T")
DEFAULT_URL = "sqlite:///var/prospectus.db"
BUSY_SECONDS = 30
"""How long a statement waits for what another transaction holds."""
IMMEDIATE = "prospectus_immediate"
"""Execution option of a transaction that will write: SQLite lets it in at its start or makes it wait there."""
RETRIED_SQLSTATES = ("40001", "40P01", "55P03")
"""PostgreSQL: could not serialise, deadlock, lock not available in time."""
RACES = 3
"""How often two transactions may meet over the same new row before that is an error."""


def database_url() -> str:
    """`DATABASE_URL`, or a SQLite file under `var/` of the current folder."""
    return os.environ.get("DATABASE_URL", "").strip() or DEFAULT_URL


@cache
def get_bind(url: str) -> Engine:
    """One bind a URL and process; no connection is made yet.

    SQLite runs in WAL with foreign keys on; a transaction that meets another one's lock waits. Raises
    InputError for a URL that is none, MissingPart for a driver that is not installed.
    """
    found = parse(url)
    if not is_sqlite(url):
        bind = postgresql_bind(found)
        event.listen(bind, "connect", _postgresql_settings)
        return bind
    if found.database:
        Path(found.database).parent.mkdir(parents=True, exist_ok=True)
    bind = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(bind, "connect", _sqlite_settings)
    event.listen(bind, "begin", _sqlite_begin)
    return bind


def _postgresql_settings(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {BUSY_SECONDS * 1000}")
    cursor.close()
    connection.commit()


def _sqlite_settings(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_sqlite_begin` says, not at the first change
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    driven(connection, "BEGIN IMMEDIATE" if connection.get_execution_options().get(IMMEDIATE) else "BEGIN")


@contextmanager
def session_scope(url: str | None = None) -> Iterator[Session]:
    """A session that commits when the block ends and rolls back when it raises."""
    with _ended(_factory(url or database_url())()) as session:
        yield session


@contextmanager
def _ended(session: Session) -> Iterator[Session]:
    """The same for a session that is there."""
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@cache
def _factory(url: str) -> sessionmaker[Session]:
    """Made once: to make one takes longer than a small query."""
    return sessionmaker(get_bind(url), expire_on_commit=False)


@contextmanager
def reading(url: str | None = None) -> Iterator[Session]:
    """A session for questions alone, which hold no lock. On SQLite they all see the database as it was at the first.

    On PostgreSQL each sees what is committed when it is asked, as in any transaction there; without one, no message
    begins and none ends it.
    """
    session = _reader(url or database_url())()
    try:
        yield session
        session.flush()
    finally:
        session.close()


class _Reader(Session):
    """Refuses changes, which nobody would commit."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        if self.new or self.dirty or self.deleted:
            raise RuntimeError(f"a question changes nothing: {[*self.new, *self.dirty, *self.deleted]}")


@cache
def _reader(url: str) -> sessionmaker[_Reader]:
    bind = get_bind(url)
    one = bind if is_sqlite(url) else bind.execution_options(isolation_level="AUTOCOMMIT")
    return sessionmaker(one, class_=_Reader)


def in_transaction(work: Callable[[Session], T], url: str | None = None, *, patience_seconds: float = 60.0) -> T:
    """Run `work` in one transaction; when another one is in its way, try again until patience ends.

    `work` may run several times and must have no effect outside the session. On SQLite it has the database to
    itself from its first statement on. On PostgreSQL two transactions may add the same row: the one that comes
    late runs again and finds it.
    """
    deadline = time.monotonic() + patience_seconds
    races = 0
    while True:
        try:
            with _writing(url or database_url()) as session:
                return work(session)
        except IntegrityError:
            races += 1
            if races >= RACES or session.get_bind().dialect.name == "sqlite":
                raise
        except DBAPIError as error:
            if not _in_the_way(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def _writing(url: str) -> Iterator[Session]:
    """`session_scope` for what will write, on a session of an earlier transaction that nobody uses any more."""
    idle = _idle(url)
    try:
        session = idle.pop()
    except IndexError:
        session = Session(get_bind(url).execution_options(**{IMMEDIATE: True}), expire_on_commit=False)
    with _ended(session):
        yield session
    idle.append(session)


@cache
def _idle(_url: str) -> list[Session]:
    """Sessions of finished transactions: to make one takes as long as a small statement."""
    return []


def _in_the_way(error: DBAPIError) -> bool:
    """Whether only another transaction kept this one from its end."""
    return "database is locked" in str(error.orig) or getattr(error.orig, "sqlstate", None) in RETRIED_SQLSTATES


def wire_tables() -> None:
    """Tell the tables' classes of each other, which the first query would do."""
    configure_mappers()


def upgrade(url: str | None = None) -> None:
    """Bring the schema to the newest migration: all of it or nothing, and one process at a time."""
    from alembic import command  # slow to import, needed at start only

    command.upgrade(alembic_config(url or database_url()), "head")


def alembic_config(url: str) -> Any:
    """Alembic's settings for this package and a database URL."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config
