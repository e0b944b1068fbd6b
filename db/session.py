"""The bind (SQLAlchemy's engine), sessions, and schema upgrades."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")
DEFAULT_URL = "sqlite:///var/prospectus.db"
BUSY_SECONDS = 30


def database_url() -> str:
    """`DATABASE_URL`, or a SQLite file under `var/` of the current folder."""
    return os.environ.get("DATABASE_URL", DEFAULT_URL)


@cache
def get_bind(url: str) -> Engine:
    """One bind a URL and process. SQLite runs in WAL with foreign keys on and waits for locks."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    bind = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(bind, "connect", _sqlite_pragmas)
    return bind


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def session_scope(url: str | None = None) -> Iterator[Session]:
    """A session that commits when the block ends and rolls back when it raises."""
    factory = sessionmaker(get_bind(url or database_url()), expire_on_commit=False)
    with factory.begin() as session:
        yield session


def in_transaction(work: Callable[[Session], T], url: str | None = None, *, patience_seconds: float = 60.0) -> T:
    """Run `work` in one transaction; when the database is locked, try again until patience ends.

    `work` may run several times and must have no effect outside the session.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            with session_scope(url) as session:
                return work(session)
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def upgrade(url: str | None = None) -> None:
    """Bring the schema to the newest migration."""
    from alembic import command  # slow to import, needed at start only

    command.upgrade(alembic_config(url or database_url()), "head")


def alembic_config(url: str) -> Any:
    """Alembic's settings for this package and a database URL."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
