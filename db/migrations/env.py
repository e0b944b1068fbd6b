"""Alembic's entry: runs the migrations against the URL it was given."""

from typing import Any, Literal

from alembic import context

import db.models  # noqa: F401  registers the tables
from db.base import Base, UtcDateTime
from db.session import get_bind


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as plain SQLAlchemy ones."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
with get_bind(url).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
