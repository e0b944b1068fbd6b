"""Shows how far a preparation is, while it runs in a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dashboard.i18n import _


@contextmanager
def preparing() -> Iterator[Callable[[float, str], None]]:
    """A progress bar while the context lasts; what is given hears the share done and what is being done."""
    import streamlit as st

    bar = st.progress(0.0, text=_("Starting"))

    def show(share: float, doing: str) -> None:
        bar.progress(share, text=_(doing))

    try:
        yield show
    finally:
        bar.empty()
