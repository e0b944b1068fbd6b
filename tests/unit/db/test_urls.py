"""What DATABASE_URL may say, and what is said when it leads nowhere."""

from pathlib import Path

import pytest
from sqlalchemy import text

from db.session import database_url, get_bind, session_scope
from db.urls import DatabaseUnreachable, parse, shown
from engine.errors import InputError, MissingPart
from tests.flow.program import free_port
from tests.postgresql import Cluster

SECRET = "s3cr%40t"
USER = f"u:{SECRET}@"


def ask(url: str) -> object:
    with session_scope(url) as session:
        return session.scalar(text("SELECT 1"))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_form_of_the_address_leads_to_the_server(scheme: str, cluster: Cluster) -> None:
    url = cluster.url("postgres").replace("postgresql", scheme)
    assert parse(url).drivername == "postgresql+psycopg"
    assert ask(url) == 1
    get_bind(url).dispose()


@pytest.mark.parametrize("url", ["nonsense", "postgresql://u:{s}@host:port/x", "mysql://u:{s}@host/x", ":memory:"])
def test_an_address_of_nothing_known_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError, match="DATABASE_URL") as error:
        get_bind(url.format(s=SECRET))
    assert SECRET not in str(error.value) and "s3cr" not in str(error.value.as_dict())


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingPart, match="“nosuch”"):
        get_bind(f"postgresql+nosuch://{USER}localhost/x")


def test_a_server_that_is_down_is_said_at_once() -> None:
    with pytest.raises(DatabaseUnreachable, match="does not answer") as error:
        ask(f"postgresql://{USER}127.0.0.1:{free_port()}/x")
    assert "s3cr" not in str(error.value.as_dict())


def test_a_database_that_is_not_there_is_named(cluster: Cluster) -> None:
    with pytest.raises(DatabaseUnreachable, match="no database “nonesuch”"):
        ask(cluster.url("nonesuch"))


def test_a_wrong_password_is_said_and_not_shown(cluster: Cluster) -> None:
    cluster.run("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    cluster.ask_for_password("guarded")
    url = cluster.url("postgres").replace("prospectus@", f"guarded:{SECRET}@")
    with pytest.raises(DatabaseUnreachable, match="refuses the user “guarded”") as error:
        ask(url)
    assert "s3cr" not in str(error.value.as_dict()) and SECRET not in shown(url)
    right = url.replace(SECRET, "right")
    assert ask(right) == 1
    get_bind(right).dispose()


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", " ")
    assert database_url() == "sqlite:///var/prospectus.db"


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/place.db"
    assert ask(url) == 1
    get_bind(url).dispose()
