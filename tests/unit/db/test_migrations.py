"""The migrations make the tables that the models describe."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import db.migrations
import db.models
from db.base import Base
from db.session import get_bind, upgrade

VERSIONS = Path(db.migrations.__file__).parent / "versions"


def test_migrations_and_models_agree(database: str) -> None:
    with get_bind(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_an_up_to_date_database_changes_nothing(database: str, tmp_path: Path) -> None:
    upgrade(database)
    with get_bind(database).connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == max(path.stem[:4] for path in VERSIONS.glob("[0-9]*.py"))


@pytest.mark.sqlite_only
def test_sqlite_runs_in_wal_with_foreign_keys(database: str) -> None:
    with get_bind(database).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
