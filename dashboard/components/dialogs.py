"""Dialogs that stay: what lives draws the page anew, which would close one under the hands of whoever types in it."""

from collections.abc import Callable, Hashable
from typing import Any

from dashboard.components.errors import guarded

_OPEN = "dialog_open"


def no_dialog_yet() -> None:
    """The page is drawn from its beginning, which closes every dialog. To be called first."""
    import streamlit as st

    st.session_state[_OPEN] = False


def dialog(title: str, **more: Any) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """`st.dialog`, guarded, which keeps `page_changed` from drawing the page anew until it is closed."""
    import streamlit as st

    def opens(draw: Callable[[], None]) -> Callable[[], None]:
        drawn = st.dialog(title, on_dismiss="rerun", **more)(guarded(draw))

        def ask() -> None:
            st.session_state[_OPEN] = True
            drawn()

        return ask

    return opens


def dialog_is_open() -> bool:
    """Whether somebody may be typing into a dialog."""
    import streamlit as st

    return bool(st.session_state.get(_OPEN))


def redraw_when_new(key: str, now: Hashable | list[Any] | tuple[Any, ...]) -> None:
    """Draw the page anew when what is kept under `key` is no longer `now`; with an open dialog, once it is closed."""
    import streamlit as st

    if st.session_state.setdefault(key, now) != now and not dialog_is_open():
        st.session_state[key] = now
        st.rerun(scope="app")
