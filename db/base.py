"""Declarative base, naming convention and column types."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from engine.errors import N_, InputError

SHOWN = 60
"""Characters of a refused text that its error repeats."""

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Timezone-aware UTC in Python, naive UTC in the database, on SQLite and PostgreSQL alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a stored time needs a time zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}


def now() -> datetime:
    """The current time, UTC."""
    return datetime.now(UTC)


class Signed:
    """Who wrote a row down, and when: columns that append-only tables share."""

    author: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _hold_to_length(_model: type[Base], name: str, attribute: Any) -> None:
    """Let every text column refuse what PostgreSQL would: SQLite takes a text of any length, zero bytes included."""
    columns = getattr(attribute.property, "columns", None)
    if columns and isinstance(columns[0].type, String):
        event.listen(attribute, "set", partial(_check_text, f"{columns[0].table.name}.{name}", columns[0].type.length))


def _check_text(name: str, limit: int | None, _row: Any, value: Any, _old: Any, _initiator: Any) -> None:
    if isinstance(value, str) and limit is not None and len(value) > limit:
        raise InputError(
            N_("“{value}” is too long: {name} takes {limit} characters, not {count}."),
            value=f"{value[:SHOWN]}…",
            name=name,
            limit=limit,
            count=len(value),
        )
    if isinstance(value, str) and "\0" in value:
        raise InputError(N_("“{value}” holds a zero byte, which no text may."), value=value[:SHOWN].replace("\0", "�"))
