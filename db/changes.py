"""A token that changes whenever anybody commits, cheap enough to ask before every read."""

import sqlite3
import threading
import time
from functools import cache

from db.session import database_url

_lock = threading.Lock()
COARSE_SECONDS = 1.0
"""How long a token lasts on a database that cannot say whether it changed."""


def change_token(url: str | None = None) -> str:
    """Equal for two moments of one process only if nothing was committed in between.

    SQLite keeps that count itself (PRAGMA data_version, on a connection that never writes); elsewhere the
    token changes every second.
    """
    url = url or database_url()
    if not url.startswith("sqlite:///"):
        return f"{time.monotonic() // COARSE_SECONDS}"
    with _lock:
        (version,) = _observer(url.removeprefix("sqlite:///")).execute("PRAGMA data_version").fetchone()
    return f"{url} {version}"


@cache
def _observer(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None)
