"""How pages read the database and act on it: views behind a cache, verbs that end its lifetime.

Every module of this package reads through `view` and wraps its verbs in `acts`. Nothing returned may be changed.
"""

import functools
import itertools
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from db import views
from db.changes import change_token
from db.session import reading, wire_tables
from engine.wording import language
from engine.wording.samples import named

P = ParamSpec("P")
T = TypeVar("T")

_acted = itertools.count(1)
_last_act = 0


@st.cache_resource(max_entries=128, show_spinner=False)
def _read(
    question: str, arguments: tuple[tuple[str, Any], ...], _asked: Callable[..., Any], token: str, reader: str
) -> Any:
    with reading() as session:
        return named(_asked(session, **dict(arguments)))


def load_ahead() -> None:
    """Do what the first query would wait for, without the database."""
    wire_tables()


def view(name: str, **arguments: Any) -> Any:
    """What a function of `db.views` answers; the same until somebody commits."""
    return _read(f"db.views.{name}", tuple(arguments.items()), getattr(views, name), token(), language())


def view_by(question: Callable[..., Any], **arguments: Any) -> Any:
    """What `question(session, **arguments)` answers, a function of a module of `db`; the same until somebody commits.

    Arguments are hashable.
    """
    return _read(
        f"{question.__module__}.{question.__qualname__}", tuple(arguments.items()), question, token(), language()
    )


def view_of_now(name: str) -> Any:
    """A view whose answer changes with the time alone: asked again every two seconds."""
    return _read(f"db.views.{name}", (), getattr(views, name), f"{token()} {time.monotonic() // 2}", language())


def token() -> str:
    """Names the state of the database as this process knows it."""
    return f"{change_token()} {_last_act}"


def acts(verb: Callable[P, T]) -> Callable[P, T]:
    """The verb; what is read after it is read anew, also where the database's token is too coarse to tell."""

    @functools.wraps(verb)
    def acting(*args: P.args, **kwargs: P.kwargs) -> T:
        global _last_act  # noqa: PLW0603  one count for all sessions of the process
        try:
            return verb(*args, **kwargs)
        finally:
            _last_act = next(_acted)

    return acting
