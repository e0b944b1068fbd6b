"""A web site on this machine, for tests of what reads web sites."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from engine.market.addresses import Reach


@dataclass(frozen=True)
class Reply:
    """What a path answers with."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: bool = True
    pause_s: float = 0.0
    """Between bytes."""


Pages = Mapping[str, Reply | Callable[[], Reply]]


@contextmanager
def serving(pages: Pages) -> Iterator[int]:
    """Serve the pages; the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path, Reply(status=404))
            reply = found() if callable(found) else found
            self.send_response(reply.status)
            if reply.kind:
                self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                for start in range(0, len(reply.body), 1 if reply.pause_s else 65_536):
                    self.wfile.write(reply.body[start : start + (1 if reply.pause_s else 65_536)])
                    time.sleep(reply.pause_s)
            except OSError:
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def here(**names: str) -> Reach:
    """A reach in which `site.example` and these further names (dots as underscores) are resolved as given."""
    known = {"site.example": "127.0.0.1", **{name.replace("_", "."): address for name, address in names.items()}}

    def resolve(host: str) -> list[str]:
        return [known.get(host, host)]

    return Reach(resolve, permits=lambda address: str(address) == "127.0.0.1", ports=None)
