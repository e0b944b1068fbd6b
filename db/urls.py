"""What `DATABASE_URL` may say, and plain words for a database that cannot be reached. A password is never repeated."""

import os
import select
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, NoSuchModuleError

from engine.errors import N_, InputError, MissingPart, StateError

POSTGRESQL = "postgresql+psycopg"
"""The driver that requirements.txt brings. Another one may be named: postgresql+asyncpg is not of use here."""
POSTGRESQL_NAMES = ("postgres", "postgresql")
FORMS = "sqlite:///var/prospectus.db, postgresql://user:password@host:5432/name"
PASSWORD_FILE = "DATABASE_PASSWORD_FILE"  # noqa: S105  the name of a variable
"""Names a file with the password, for an address without one."""
CONNECT_SECONDS = 10
SERVER_GONE_SECONDS = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""After a minute of silence a connection counts as dead, where the system's own answer is two hours."""


class DatabaseUnreachable(StateError):
    """No connection could be made. Nothing was read or written."""


def parse(url: str) -> URL:
    """The URL with its driver. Raises InputError for what is no URL of a database that Prospectus knows."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise InputError(
            N_("DATABASE_URL is no address of a database. It looks like one of: {forms}."),
            forms=FORMS,
            remedy=N_("Special characters in the user's name or password are written as %XX, such as %40 for @."),
        ) from None
    if found.drivername in POSTGRESQL_NAMES:
        found = found.set(drivername=POSTGRESQL)
    if found.get_backend_name() not in ("sqlite", "postgresql"):
        raise InputError(
            N_("DATABASE_URL names {found}; Prospectus keeps its data in SQLite or PostgreSQL: {forms}."),
            found=found.get_backend_name(),
            forms=FORMS,
        )
    return found


def is_sqlite(url: str) -> bool:
    """Whether the URL names a SQLite file."""
    return url.startswith("sqlite")


def shown(url: str) -> str:
    """The URL without its password."""
    return parse(url).render_as_string(hide_password=True)


def postgresql_bind(url: URL, **options: Any) -> Engine:
    """A bind whose connections notice a dead server. Raises MissingPart when the driver is not installed."""
    arguments: dict[str, Any] = {}
    if url.drivername == POSTGRESQL:
        arguments = {"connect_timeout": CONNECT_SECONDS, "application_name": "prospectus", **SERVER_GONE_SECONDS}
        arguments = {name: value for name, value in arguments.items() if name not in url.query}
    url = _with_password(url)
    try:
        bind = create_engine(url, pool_pre_ping=url.drivername != POSTGRESQL, connect_args=arguments, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingPart(
            N_("DATABASE_URL asks for the driver “{driver}”, which is not installed."),
            driver=url.drivername.partition("+")[2],
            remedy=N_("Write postgresql:// without a driver, or install the one it names."),
        ) from error
    event.listen(bind, "do_connect", _connect)
    if url.drivername == POSTGRESQL:
        event.listen(bind, "checkout", _still_there)
    return bind


def _still_there(connection: Any, _record: Any, _borrowed: Any) -> None:
    """Make a new connection where the server has closed this one: an unasked answer waits then, and nobody reads it.

    To ask the server would take a message there and back for each transaction. One that vanished without a word is
    closed by this system after a minute: see SERVER_GONE_SECONDS.
    """
    waiting = select.poll()
    if not connection.closed:
        waiting.register(connection.fileno(), select.POLLIN)
    if connection.closed or waiting.poll(0):
        raise InvalidatePoolError


def _with_password(url: URL) -> URL:
    """With the password that a file holds, where the address has none. Raises InputError for a missing file."""
    file = os.environ.get("DATABASE_PASSWORD_FILE", "").strip()
    if not file or url.password is not None:
        return url
    try:
        return url.set(password=Path(file).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or N_("it is not text")
        raise InputError(
            N_("{variable} names {file}, which cannot be read: {reason}."),
            variable=PASSWORD_FILE,
            file=file,
            reason=reason,
        ) from None


def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
    """Connect, or say in plain words why not."""
    connect: Callable[..., Any] = dialect.connect
    try:
        return connect(*arguments, **options)
    except dialect.loaded_dbapi.Error as error:
        raise _unreachable(str(error), options) from None


def _unreachable(reason: str, options: Any) -> DatabaseUnreachable:
    """Told by the words of the server; none of PostgreSQL's messages repeats a password."""
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    words = lines[0] if lines else reason
    told = {"user": options.get("user", ""), "name": options.get("dbname", ""), "reason": words}
    kept = N_("Nothing was changed.")
    if "authentication failed" in reason or "no password supplied" in reason:
        return DatabaseUnreachable(
            N_("PostgreSQL refuses the user “{user}”: user or password is wrong."),
            kept=kept,
            remedy=N_("Check user and password in DATABASE_URL."),
            **told,
        )
    if "does not exist" in reason and "database" in reason:
        return DatabaseUnreachable(
            N_("PostgreSQL has no database “{name}”."),
            kept=kept,
            remedy=N_("Make it with createdb, or correct DATABASE_URL."),
            **told,
        )
    return DatabaseUnreachable(
        N_("PostgreSQL does not answer: {reason}"),
        kept=kept,
        remedy=N_("See that the server of DATABASE_URL runs and can be reached from here."),
        **told,
    )
