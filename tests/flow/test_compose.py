"""The services of compose.yaml as processes: their very commands and health checks, over a real PostgreSQL."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from db.runs import get_run
from db.session import get_bind, session_scope
from engine.entrypoints import actions
from tests.flow.conftest import ROOT, wait_until
from tests.flow.program import free_port
from tests.flow.real import write_reviews
from tests.postgresql import Cluster

PASSWORD = "only for this test"


class Composition:
    """Runs services as compose would, each with its own environment; everything ends with the test."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.services: Any = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
        self.folder = folder
        self.ports = {"PROSPECTUS_PORT": str(free_port()), "PROSPECTUS_SERVER_PORT": str(free_port())}
        self.password = folder / "database_password"
        self.password.write_text(f"{PASSWORD}\n")
        self.url = cluster.empty()
        self.user = f"user_of_{self.url.partition('?')[0].rpartition('/')[2]}"
        cluster.run(f"CREATE ROLE {self.user} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
        cluster.ask_for_password(self.user)
        self.url = self.url.replace("prospectus@", f"{self.user}@")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, name: str) -> dict[str, str]:
        """That of compose.yaml, with the places of this machine for those of the containers."""
        here = {
            "DATABASE_URL": self.url,
            "DATABASE_PASSWORD_FILE": str(self.password),
            "PROSPECTUS_HOME": str(self.folder / "home"),
            "PROSPECTUS_HOST": "127.0.0.1",
            "PROSPECTUS_ARTIFACTS_MB": "20000",
            "PROSPECTUS_SERVER_URL": f"http://127.0.0.1:{self.ports['PROSPECTUS_SERVER_PORT']}",
        }
        wanted = self.services[name]["environment"]
        assert set(wanted) <= set(here)
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("PROSPECTUS_", "DATABASE_"))}
        return {**plain, **{key: here[key] for key in wanted}, **self.ports, "PROSPECTUS_THREADS": "1"}

    @staticmethod
    def command(words: list[str]) -> list[str]:
        """With the programs of this environment for those of the image."""
        programs = {"python": [sys.executable], "prospectus": [sys.executable, "-m", "engine.entrypoints.cli"]}
        return [*programs[words[0]], *words[1:]]

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            self.command(self.services[name]["command"]), cwd=ROOT, env=self.environment(name), stdout=log, stderr=log
        )
        log.close()
        return self.processes[name]

    def healthy(self, name: str) -> bool:
        kind, *words = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        return subprocess.run(self.command(words), cwd=ROOT, env=self.environment(name), check=False).returncode == 0

    def end(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def composition(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Composition]:
    made = Composition(cluster, tmp_path)
    for key, value in made.environment("worker").items():
        monkeypatch.setenv(key, value)
    yield made
    made.end()
    made.password.write_text(PASSWORD)
    get_bind(made.url).dispose()


def test_the_services_do_their_work_together(composition: Composition, tmp_path: Path) -> None:
    assert composition.start("upgrade").wait(60) == 0, (tmp_path / "upgrade.log").read_text()
    slug = actions.add_idea("Parcel insight", "Mei", "", "", "", "quality.f1_macro", 0.8, 100.0)
    data, _ = actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "reviews")
    run_id = actions.queue_run(slug, data.id, "text_classification", "baseline")
    assert not composition.healthy("worker") and not composition.healthy("server")
    for name in ("worker", "server", "dashboard"):
        composition.start(name)
    for name in ("worker", "server", "dashboard"):
        log = tmp_path / f"{name}.log"  # to ask takes a process of a second
        wait_until(lambda name=name: composition.healthy(name), 60, f"the {name} to be well", log, every=1.0)

    def state() -> str:
        with session_scope() as session:
            return get_run(session, run_id).state

    wait_until(lambda: state() in ("complete", "failed"), 90, "the run", tmp_path / "worker.log")
    assert state() == "complete"
    address = f"{composition.environment('dashboard')['PROSPECTUS_SERVER_URL']}/v1/models/{run_id}/predict"
    request = urllib.request.Request(address, json.dumps({"input": "a lovely lamp"}).encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as reply:
        assert json.load(reply)["results"][0]["label"] in ("positive", "negative")
    for name in ("dashboard", "worker", "server"):
        composition.processes[name].terminate()
        assert composition.processes[name].wait(40) == 0, (tmp_path / f"{name}.log").read_text()
    for log in tmp_path.glob("*.log"):
        assert PASSWORD not in log.read_text() and "Traceback" not in log.read_text(), log.read_text()


def test_a_missing_password_file_is_named(composition: Composition, tmp_path: Path) -> None:
    composition.password.unlink()
    assert composition.start("upgrade").wait(60) != 0
    said = (tmp_path / "upgrade.log").read_text()
    assert "DATABASE_PASSWORD_FILE" in said and "Traceback" not in said


def test_a_wrong_password_is_said_without_it(composition: Composition, tmp_path: Path) -> None:
    composition.password.write_text("s3cret")
    assert composition.start("upgrade").wait(60) != 0
    said = (tmp_path / "upgrade.log").read_text()
    assert f"refuses the user “{composition.user}”" in said and "s3cret" not in said and "Traceback" not in said
