"""What the supervisor has said: whether the tables are there, and whether the sample portfolio is being put in.

The first page waits for the tables while the browser still loads its scripts; it does not wait for the samples.
"""

import threading

_ready = threading.Event()
_ready.set()
_samples = threading.Event()


def not_yet() -> None:
    """Hold pages back until `ready` is called; to be called before the server opens its port."""
    _ready.clear()


def ready() -> None:
    """The tables are up to date: pages may be drawn."""
    _ready.set()


def wait_until_ready() -> None:
    """Return when pages may be drawn, at once unless the program is just starting."""
    _ready.wait()


def samples_begin() -> None:
    """The sample portfolio will be put in, where there is none and no other."""
    _samples.set()


def samples_end() -> None:
    """The sample portfolio is in, or cannot be had."""
    _samples.clear()


def samples_come() -> bool:
    """Whether the sample portfolio is being put in: what is not here yet may come by itself."""
    return _samples.is_set()
