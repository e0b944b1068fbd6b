"""Alembic's entry: runs the migrations against the URL it was given, in one transaction and one process at a time."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import text

import db.models  # noqa: F401  registers the tables
from db.base import Base, UtcDateTime
from db.session import IMMEDIATE, get_bind


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as plain SQLAlchemy ones."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


bind = get_bind(context.config.attributes["url"]).execution_options(**{IMMEDIATE: True})
with bind.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('prospectus upgrade', 0))"))
        context.run_migrations()
