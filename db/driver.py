"""Statements given to the driver itself, for the few that run so often that SQLAlchemy's way would take as long again.

Whoever listens to SQLAlchemy's statements hears of these too, and the errors are SQLAlchemy's.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Values = Sequence[Any] | Mapping[str, Any] | None


def driven(connection: Connection, statement: str, values: Values = ()) -> int:
    """Run a statement that answers nothing; how many rows it changed."""
    with _cursor(connection, statement, values) as cursor:
        return int(cursor.rowcount)


def fetched(connection: Connection, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement finds, of the driver's own types. PostgreSQL's come in binary: half the work."""
    options = {"binary": True} if connection.dialect.name == "postgresql" else {}
    with _cursor(connection, statement, values, **options) as cursor:
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


@contextmanager
def _cursor(connection: Connection, statement: str, values: Values, **options: Any) -> Iterator[Any]:
    """A cursor that has run the statement."""
    cursor: Any = connection.connection.cursor(**options)
    error_of = connection.dialect.loaded_dbapi.Error
    try:
        for hears in connection.dispatch.before_cursor_execute:
            hears(connection, cursor, statement, values, None, False)
        cursor.execute(statement, *(() if values is None else (values,)))
        yield cursor
    except error_of as error:
        raise DBAPIError.instance(statement, values, error, error_of) from error
    finally:
        cursor.close()
