"""Whether the tables are there. The first page waits for them while the browser still loads its scripts."""

import threading

_ready = threading.Event()
_ready.set()


def not_yet() -> None:
    """Hold pages back until `ready` is called; to be called before the server opens its port."""
    _ready.clear()


def ready() -> None:
    """The tables are up to date: pages may be drawn."""
    _ready.set()


def wait_until_ready() -> None:
    """Return when pages may be drawn, at once unless the program is just starting."""
    _ready.wait()
