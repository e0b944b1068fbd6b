"""`python -m engine.entrypoints.health PART`: exit code 0 when that part on this machine does its work, else 1.

For health checks of containers. The servers are asked over HTTP, of the worker the sign of life is read.
"""

import http.client
import socket
import sys

from engine.entrypoints import settings

SECONDS = 4
PATHS = {"dashboard": "/_stcore/health", "server": "/health"}
PARTS = (*PATHS, "worker")


def healthy(part: str) -> bool:
    """Whether the part works. Raises KeyError for one that is not in `PARTS`."""
    if part == "worker":
        return worker_lives(socket.gethostname())
    port = settings.dashboard_port() if part == "dashboard" else settings.server_port()
    return answers(port, PATHS[part])


def answers(port: int, path: str) -> bool:
    """Whether a server of this machine says 200; asked directly, past any proxy of the environment."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host(), settings.host())  # noqa: S104  read, not bound
    connection = http.client.HTTPConnection(local, port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker_lives(host: str) -> bool:
    """Whether a worker of this machine gave a sign of life lately."""
    from sqlalchemy.exc import SQLAlchemyError

    from db.session import session_scope
    from db.urls import DatabaseUnreachable
    from db.views.system import workers_alive

    try:
        with session_scope() as session:
            return workers_alive(session, of_host=host) > 0
    except (SQLAlchemyError, DatabaseUnreachable):
        return False


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        sys.stderr.write(f"usage: python -m engine.entrypoints.health {{{','.join(PARTS)}}}\n")
        sys.exit(2)
    sys.exit(0 if healthy(sys.argv[1]) else 1)
