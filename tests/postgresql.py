"""A PostgreSQL of our own: a fresh cluster on a Unix socket, ended and removed with the process that started it."""

import getpass
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

SECONDS_TO_START = 120
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}
"""Safe against nothing but the end of the test; and nothing moves there but what a test does."""
TEMPLATE = "migrated"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
RESTART_SEQUENCES = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL"""
_number = itertools.count()


def binaries() -> Path | None:
    """The folder of initdb and postgres: Debian keeps one for each version, outside of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    initdb = found[-1] if found else Path(on_path).resolve() if on_path else None
    return initdb.parent if initdb else None


def require() -> Path:
    """The same, or the test is skipped with the reason."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL server here (on Debian: apt-get install postgresql): not tested on PostgreSQL")
    return found


class Cluster:
    """One server. PostgreSQL refuses to run as root, so for root it is another user's."""

    def __init__(self, *, durable: bool = False) -> None:
        self._binaries = require()
        self._settings = {} if durable else FAST
        self.user = _unprivileged()
        self._home = Path(tempfile.mkdtemp(prefix="prospectus-pg-", dir="/tmp"))
        shutil.chown(self._home, self.user)
        self._data = self._home / "data"
        self._init()
        self._popen = self._start()
        self._spare: list[str] = []

    def _prefix(self) -> list[str]:
        """Become the other user. A command after this one inherits no right of root's."""
        if os.geteuid() != 0:
            return []
        group = str(pwd.getpwnam(self.user).pw_gid)
        return ["setpriv", f"--reuid={self.user}", f"--regid={group}", "--clear-groups"]

    def _init(self) -> None:
        command = [self._binaries / "initdb", "-D", self._data, "-U", "prospectus", "-A", "trust", "--no-sync"]
        locale = ["-E", "UTF8", "--locale=C"]
        subprocess.run([*self._prefix(), *command, *locale], check=True, capture_output=True, cwd="/")

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = {
            **self._settings,
            "listen_addresses": "",
            "unix_socket_directories": str(self._home),
            "max_connections": "60",
        }
        options = [f"-c{name}={value}" for name, value in settings.items()]
        # The server ends with this process, also when that is killed.
        ends_with_us = ["setpriv", "--pdeathsig=QUIT"] if shutil.which("setpriv") else []
        with (self._home / "log").open("wb") as log:
            popen = subprocess.Popen(
                [*self._prefix(), *ends_with_us, self._binaries / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd="/",
            )
        self._wait(popen)
        return popen

    def _wait(self, popen: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and popen.poll() is None:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        pytest.fail(f"PostgreSQL did not start:\n{(self._home / 'log').read_text()[-2000:]}")

    def url(self, name: str) -> str:
        """How DATABASE_URL names a database of this server."""
        return f"postgresql://prospectus@/{name}?host={quote(str(self._home))}"

    def run(self, *statements: str) -> None:
        """Statements outside of any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask_for_password(self, role: str) -> None:
        """Let nobody in as `role` without its password, from now on."""
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"local all {role} scram-sha-256\n{rules.read_text()}")
        self.run("SELECT pg_reload_conf()")
        time.sleep(0.1)  # the server reads the file in its own time

    def clone(self) -> str:
        """The URL of a copy of the template: one that was given back, or a fresh one."""
        if self._spare:
            return self._spare.pop()
        name = f"test_{next(_number)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return self.url(name)

    def empty(self) -> str:
        """The URL of a database without tables."""
        name = f"empty_{next(_number)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def give_back(self, url: str) -> None:
        """Empty a copy of the template, whoever is still connected, for the next test."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with psycopg.connect(url, autocommit=True) as connection:
            asked = connection.execute(TABLES).fetchall()
            any_rows = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for (t,) in asked)
            filled = [table for (table,) in connection.execute(any_rows.encode())]
            if filled:
                connection.execute(f"TRUNCATE {', '.join(filled)} CASCADE".encode())
            connection.execute(RESTART_SEQUENCES)
        self._spare.append(url)

    def stop(self) -> None:
        """End the server at once; `start` brings it back with its data."""
        self._popen.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        self._popen.wait(SECONDS_TO_START)

    def start(self) -> None:
        """Start a server that was stopped."""
        self._popen = self._start()

    def close(self) -> None:
        """End it and remove its files."""
        if self._popen.poll() is None:
            self.stop()
        shutil.rmtree(self._home)


def _unprivileged() -> str:
    """The user who may run the server."""
    if os.geteuid() != 0:
        return getpass.getuser()
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
