"""Fixtures that every test folder shares."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.session import get_bind, upgrade


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, made once, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    with get_bind(url).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    get_bind(url).dispose()
    return path


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a fresh database; DATABASE_URL and PROSPECTUS_HOME point into tmp_path."""
    path = tmp_path / "prospectus.db"
    shutil.copy(migrated_file, path)
    url = f"sqlite:///{path}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PROSPECTUS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PROSPECTUS_DEVICE", "cpu")
    yield url
    get_bind(url).dispose()
