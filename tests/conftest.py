"""Fixtures that every test folder shares."""

import dataclasses
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from db.session import get_bind, upgrade
from tests.house import Filled, furnish
from tests.postgresql import TEMPLATE, Cluster

BOTH = ("sqlite", "postgresql")
ON_BOTH = ("tests/unit/db/", "tests/unit/engine/actions/", "tests/unit/engine/entrypoints/", "tests/contracts/")
"""Folders whose tests run on either database. Elsewhere a test says so itself: `@pytest.mark.both_databases`."""


# The same examples each time, however slow the machine: a failure is somebody's change, not chance.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

MadeOnce = Callable[[str, Callable[[Path], Any]], Any]
LOAD_MS = "60"
"""Runs in tests measure each level of load this long: what is tested is that they do, not how calm the figures are."""


def pytest_configure() -> None:
    """For this process and all that it starts."""
    os.environ["PROSPECTUS_LOAD_MS"] = LOAD_MS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask for each database that a test with the fixture `database` runs on."""
    if "database" not in metafunc.fixturenames:
        return
    node = metafunc.definition
    only = [name for name in BOTH if node.get_closest_marker(f"{name}_only")]
    both = node.get_closest_marker("both_databases") or node.nodeid.startswith(ON_BOTH)
    metafunc.parametrize("database", only or (BOTH if both else BOTH[:1]), indirect=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, made once, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    with get_bind(url).connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    get_bind(url).dispose()
    return path


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """What takes long to make and is only looked at, made by the first worker that asks and read by all others.

    Called with a name and what makes it in an empty folder and returns JSON; returns that, as JSON gives it back.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def make(name: str, work: Callable[[Path], Any]) -> Any:
        record = shared / f"{name}.json"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not record.exists():
                folder = shared / name
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                record.write_text(json.dumps(work(folder), default=str))
        return json.loads(record.read_text())

    return make


@pytest.fixture(scope="session")
def filled(made_once: MadeOnce, migrated_file: Path) -> Iterator[Filled]:
    """A filled home on SQLite to look at."""

    def furnished(folder: Path) -> dict[str, Any]:
        return dataclasses.asdict(furnish(folder, f"sqlite:///{shutil.copy(migrated_file, folder / 'prospectus.db')}"))

    stored = made_once("filled", furnished)
    home = Filled(**stored | {"home": Path(stored["home"]), "runs": tuple(stored["runs"])})
    yield home
    get_bind(home.url).dispose()


@pytest.fixture(scope="session")
def tiny_base(made_once: MadeOnce) -> str:
    """The folder of a base model of three layers, where it is enough that something is trained: see `tiny_model`."""
    from tests.unit.engine.inference.material import tiny_model

    def work(folder: Path) -> str:
        tiny_model(folder, classes=2, layers=3)
        return str(folder)

    path: str = made_once("tiny_base", work)
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server with a database at the newest migration, to be copied; skips where there is none."""
    server = Cluster()
    try:
        server.run(f"CREATE DATABASE {TEMPLATE}")
        upgrade(server.url(TEMPLATE))
        get_bind(server.url(TEMPLATE)).dispose()
        yield server
    finally:
        server.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a fresh database; DATABASE_URL and PROSPECTUS_HOME point at it and into tmp_path."""
    kind = getattr(request, "param", "sqlite")
    server: Cluster | None = request.getfixturevalue("cluster") if kind == "postgresql" else None
    if server is None:
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "prospectus.db")
    url = server.clone() if server else f"sqlite:///{tmp_path / 'prospectus.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PROSPECTUS_HOME", str(tmp_path / "home"))
    yield url
    get_bind(url).dispose()
    if server:
        server.give_back(url)
