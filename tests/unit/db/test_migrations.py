"""The migrations make the tables that the models describe, and take a filled database along."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

import db.migrations
import db.models
from db.base import Base
from db.models import Artifact, Dataset, MetricSegment, MetricSummary, Product, Run
from db.segments import add, read_series
from db.session import alembic_config, get_bind, session_scope, upgrade
from tests.conftest import BOTH

ROOT = Path(__file__).parents[3]
VERSIONS = Path(db.migrations.__file__).parent / "versions"
NEWEST = max(path.stem[:4] for path in VERSIONS.glob("[0-9]*.py"))
LABELS = ["no", "yes"]


@pytest.fixture(params=BOTH)
def unmade(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    server = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    url = server.empty() if server else f"sqlite:///{tmp_path / 'unmade.db'}"
    yield url
    get_bind(url).dispose()
    if server:
        server.drop(url)


def revision(url: str) -> str | None:
    """How new the tables are."""
    with get_bind(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def fill_first_tables(url: str) -> dict[str, int]:
    """A row of each kind in every table of migration 0001, as that version wrote them; how many each table has."""
    moment, day = datetime(2026, 5, 1, 12), date(2026, 5, 1)
    rate: dict[str, Any] = {"id": 1, "key": "local_cpu", "unit": "hour", "usd_nano": 5, "low_nano": 4, "high_nano": 6}
    run: dict[str, Any] = {"experiment_id": 1, "recipe": "lora", "config": {"rank": 8}, "seed": 0, "rate_id": 1}
    run |= {"device": "local_cpu", "priority": 0, "created_at": moment, "queued_at": moment, "attempt": 1}
    run |= {"event_offset": 3, "progress": 1.0, "seconds": 9.0, "cost_nano": 7, "facts": {"threads": 1}}
    rows: dict[str, list[dict[str, Any]]] = {
        "datasets": [
            {"id": 1, "name": "Bewertungen, 评论", "fingerprint": "f", "file_sha256": "s", "folder": "datasets/f"}
            | {"text_column": "text", "label_column": "label", "language": "en", "licence": "", "source": ""}
            | {"labels": LABELS, "profile": {"rows": 9}, "rows_train": 7, "rows_validation": 1, "rows_test": 1}
            | {"created_at": moment}
        ],
        "rates": [
            rate
            | {"grade": "assumed", "source": "", "note": "", "valid_from": day, "fingerprint": "f"}
            | {"checked_on": None, "created_at": moment}
        ],
        "tail_cursors": [{"path": "usage/a.jsonl", "offset": 2**40}],
        "workers": [{"name": "w", "started_at": moment, "heartbeat_at": moment}],
        "products": [
            {"id": 1, "slug": "idea", "name": "Idea", "stage": "idea", "owner": "Lin", "domain": "", "customer": ""}
            | {"hypothesis": "", "task": "text_classification", "bar_measure": "quality.f1_macro", "sample": False}
            | {"bar_direction": "higher", "bar_minimum": 0.8, "latency_limit_ms": 100.0, "dataset_id": 1}
            | {"missing": "", "created_at": moment}
        ],
        "decisions": [
            {"id": 1, "product_id": 1, "verdict": "go", "reason": "good", "author": "Lin", "evidence_ids": [1]}
            | {"measured": 1, "created_at": moment}
        ],
        "experiments": [
            {"id": 1, "name": "Idea", "product_id": 1, "dataset_id": 1, "task": "text_classification"}
            | {"created_at": moment}
        ],
        "runs": [run | {"id": "done", "state": "complete"}, run | {"id": "live", "state": "running"}],
        "artifacts": [{"run_id": "done", "name": "artifact", "path": "artifact", "bytes": 2**33}],
        "cost_entries": [
            {"id": 1, "product_id": 1, "run_id": "done", "category": "training", "period": "attempt 1"}
            | {"phase": "fit", "rate_id": 1, "seconds": 9.0, "usd_nano": 7, "grade": "assumed", "requests": 0}
            | {"started_at": moment, "ended_at": moment}
        ],
        "evidence": [
            {"id": 1, "product_id": 1, "measure": "quality.f1_macro", "value": 0.9, "level": 0.95, "grade": "measured"}
            | {"context": {"run": "done"}, "context_key": "k", "run_id": "done", "source_kind": "run", "source": "done"}
            | {"note": "", "method": "", "inputs": [], "input_fingerprint": "", "quantiles": [], "created_at": moment}
        ],
        "metric_summaries": [
            {"run_id": "done", "split": "validation", "name": "quality.f1_macro", "value": 0.9, "low": 0.8}
            | {"high": 1.0, "n": 9, "quantiles": [0.8, 1.0]}
        ],
        "metrics": [{"run_id": "done", "name": "train.loss", "step": step, "value": 0.5, "at": 1.0} for step in (1, 2)],
        "run_notes": [{"id": 1, "run_id": "done", "at": 1.0, "template": "Half of {n}", "values": {"n": 4}}],
    }
    tables = MetaData()
    with get_bind(url).begin() as connection:
        tables.reflect(connection)
        for name, found in rows.items():
            connection.execute(tables.tables[name].insert(), found)
        connection.execute(tables.tables["products"].update().values(adopted_run_id="done"))
    return {name: len(found) for name, found in rows.items()}


def counts(connection: Connection) -> dict[str, int]:
    """Rows of each table."""
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    tables = [Table(name, MetaData(), autoload_with=connection) for name in names]
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def places(connection: Connection) -> dict[str, int]:
    """Where each table lies: another place means that it was copied."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"
    else:
        query = (
            "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    return {name: place for name, place in connection.execute(text(query))}  # noqa: C416  (Rows are not typed)


def test_migrations_and_models_agree(database: str) -> None:
    with get_bind(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_an_up_to_date_database_changes_nothing(database: str) -> None:
    upgrade(database)
    assert revision(database) == NEWEST


def test_a_filled_first_database_is_taken_along_whole(unmade: str) -> None:
    command.upgrade(alembic_config(unmade), "0001")
    filled = fill_first_tables(unmade)
    with get_bind(unmade).connect() as connection:
        before = places(connection)
    del filled["metrics"], before["metrics"]
    filled |= {"day_totals": 1, "metric_segments": 1}
    upgrade(unmade)
    assert revision(unmade) == NEWEST
    with get_bind(unmade).connect() as connection:
        assert {name: n for name, n in counts(connection).items() if n} == filled
        after = places(connection)
        assert {name: after[name] for name in before} == before
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    with session_scope(unmade) as session:
        dataset, run = session.get_one(Dataset, 1), session.get_one(Run, "done")
        assert (dataset.name, dataset.input_kind, dataset.parent_id, dataset.change) == (
            "Bewertungen, 评论",
            "text",
            None,
            "",
        )
        assert (dataset.columns, dataset.labels, run.config) == ([], LABELS, {"rank": 8})
        assert (
            run.source_run_id,
            run.estimate_seconds,
            session.get_one(Artifact, ("done", "artifact")).removed_at,
        ) == (
            None,
            None,
            None,
        )
        assert session.get_one(Product, 1).adopted_run_id == "done"
        assert session.scalars(select(MetricSummary.experiment_id)).all() == [1]
        assert read_series(session, ["done"]) == {"done": {"train.loss": {1: (0.5, 1.0), 2: (0.5, 1.0)}}}


def test_points_go_into_segments_and_come_back(unmade: str) -> None:
    points = [
        {"run_id": run, "name": name, "step": step, "value": step / 3 - 1e-300, "at": 1.75e9 + step / 7}
        for run in ("done", "live")
        for name in ("a", "评论")
        for step in (-1, 0, 3, 2**31 - 1)
    ]
    command.upgrade(alembic_config(unmade), "0001")
    fill_first_tables(unmade)
    command.upgrade(alembic_config(unmade), "0006")
    metrics = Table("metrics", MetaData(), autoload_with=get_bind(unmade))
    with get_bind(unmade).begin() as connection:
        connection.execute(metrics.delete())
        connection.execute(metrics.insert(), points)
    upgrade(unmade)
    with session_scope(unmade) as session:
        assert session.scalars(select(MetricSegment.event_offset)).all() == [3] * 4
        later = {-2: (9.0, 1.0), 3: (8.0, 2.0)}
        add(session, "live", 7, {"a": later})
    command.downgrade(alembic_config(unmade), "0006")
    before = {(p["run_id"], p["name"], p["step"]): (p["value"], p["at"]) for p in points}
    before |= {("live", "a", step): point for step, point in later.items()}
    with get_bind(unmade).connect() as connection:
        assert {tuple(row[:3]): tuple(row[3:]) for row in connection.execute(select(metrics))} == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET source_run_id = 'nobody'",
        "UPDATE products SET adopted_run_id = 'nobody'",
        "UPDATE datasets SET parent_id = 7",
        "UPDATE runs SET state = 'running' WHERE id = 'done'",
        "DELETE FROM runs WHERE id = 'done'",
    ],
)
def test_the_rules_hold_after_the_upgrade(change: str, unmade: str) -> None:
    command.upgrade(alembic_config(unmade), "0001")
    fill_first_tables(unmade)
    upgrade(unmade)
    with get_bind(unmade).connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(change))


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(unmade: str) -> None:
    command.upgrade(alembic_config(unmade), "0001")
    filled = fill_first_tables(unmade)
    with get_bind(unmade).begin() as connection:
        connection.execute(text("CREATE TABLE labellings (id INTEGER)"))  # the last that the upgrade makes
    with pytest.raises(DatabaseError, match="already exists"):
        upgrade(unmade)
    assert revision(unmade) == "0001"
    with get_bind(unmade).connect() as connection:
        assert "input_kind" not in {column["name"] for column in inspect(connection).get_columns("datasets")}
        assert {name: n for name, n in counts(connection).items() if n} == filled


def test_two_programs_may_upgrade_at_once(unmade: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": unmade, "PROSPECTUS_HOME": str(tmp_path / "home")}
    arguments = [sys.executable, "-m", "engine.entrypoints.cli", "db", "upgrade"]
    programs = [
        subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [program.communicate(timeout=60) for program in programs]
    assert [program.returncode for program in programs] == [0, 0], said
    assert revision(unmade) == NEWEST


@pytest.mark.sqlite_only
def test_sqlite_runs_in_wal_with_foreign_keys(database: str) -> None:
    with get_bind(database).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
