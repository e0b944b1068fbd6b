"""Tells whoever listens how far a preparation is. Nobody listening is the usual case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is being done, a template without values."""
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Call `listener` at each stage while the context lasts."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def stage(share: float, doing: str) -> None:
    """A stage begins."""
    listener = _listener.get()
    if listener is not None:
        listener(share, doing)
