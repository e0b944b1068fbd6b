"""compose.yaml and Dockerfile hold together: no container engine is needed to see that."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.entrypoints.health import PARTS

ROOT = Path(__file__).parents[2]
OURS = ("upgrade", "dashboard", "worker", "server")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_every_part_is_a_service_of_one_image(compose: Any) -> None:
    assert set(compose["services"]) == {"database", *OURS}
    assert {compose["services"][name]["image"] for name in OURS} == {"prospectus"}
    assert all(compose["services"][name]["build"] == "." for name in OURS)


def test_what_a_service_names_is_declared(compose: Any) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        named = {volume.split(":")[0] for volume in service.get("volumes", ())}
        assert named <= set(compose["volumes"])


def test_nothing_starts_before_what_it_needs(compose: Any) -> None:
    for name in ("dashboard", "worker", "server"):
        needs = compose["services"][name]["depends_on"]
        assert needs["database"]["condition"] == "service_healthy"
        assert needs["upgrade"]["condition"] == "service_completed_successfully"


def test_no_password_stands_in_the_file_and_none_is_made_up(compose: Any) -> None:
    text = (ROOT / "compose.yaml").read_text()
    assert not re.search(r"://[^/@\s:]+:[^@\s]+@", text), "an address with a password"
    for service in compose["services"].values():
        secret = {key: value for key, value in service.get("environment", {}).items() if "PASSWORD" in key}
        assert secret and all(key.endswith("_FILE") for key in secret)
        assert set(secret.values()) == {"/run/secrets/database_password"}
    assert compose["secrets"] == {"database_password": {"file": "./secrets/database_password"}}
    assert "secrets/" in (ROOT / ".gitignore").read_text().split()
    assert "secrets" in (ROOT / ".dockerignore").read_text().split()


def test_the_servers_are_open_to_this_machine_alone(compose: Any) -> None:
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_every_service_that_stays_says_whether_it_is_well(compose: Any) -> None:
    for part in PARTS:
        command = compose["services"][part]["healthcheck"]["test"]
        assert command == ["CMD", "python", "-m", "engine.entrypoints.health", part]
    assert "pg_isready" in compose["services"]["database"]["healthcheck"]["test"]


def test_the_worker_has_time_to_save(compose: Any) -> None:
    from engine.entrypoints.follow import Pace

    assert int(compose["services"]["worker"]["stop_grace_period"].removesuffix("s")) > Pace().shutdown + 10


def test_the_image_runs_as_nobody_special_and_keeps_its_data_apart() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("USER "))
    assert lines[last] == "USER prospectus"
    assert not any(line.startswith("RUN ") for line in lines[last:])
    assert "VOLUME /data" in lines
    python = next(line for line in lines if line.startswith("FROM "))
    assert tuple(map(int, re.findall(r"\d+", python)[:2])) >= (3, 11)


def test_settings_of_the_services_are_documented(compose: Any) -> None:
    table = (ROOT / "docs" / "operations.md").read_text()
    for name in OURS:
        for variable in compose["services"][name]["environment"]:
            assert f"| `{variable}` |" in table, variable
