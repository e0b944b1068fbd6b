"""How errors are shown: what, where, the rule, the value; what was kept; what to do. Traces go to the log only."""

import contextlib
import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from typing import ParamSpec

from dashboard.components.text import plain
from dashboard.i18n import _, translate
from engine.errors import ConfigError, ProspectusError
from engine.wording.names import filled, message

__all__ = ["guarded", "live", "message", "show_error", "show_unexpected", "shown"]

P = ParamSpec("P")
log = logging.getLogger("prospectus.dashboard")


def show_error(error: ProspectusError) -> None:
    """Draw an error under the page head or beside the field it is about."""
    import streamlit as st

    faults = error.faults if isinstance(error, ConfigError) else (error,)
    lines = [f"**{plain(message(fault))}**" if len(faults) == 1 else f"- {plain(message(fault))}" for fault in faults]
    more = [plain(filled(text, error)) for text in (error.kept, error.remedy) if text]
    st.error("\n\n".join(["\n".join(lines), *more]), icon=":material/error:")


def show_unexpected(error: Exception) -> None:
    """Draw a short number instead of a trace; the trace goes to the log under that number."""
    import streamlit as st

    number = secrets.token_hex(3)
    log.error("error %s while drawing a page", number, exc_info=error)
    st.error(
        f"**{_('This part of the page could not be drawn.')}** "
        + translate("Nothing was lost. The log has the details under {number}.", number=f"`{number}`"),
        icon=":material/error:",
    )


@contextlib.contextmanager
def shown() -> Iterator[None]:
    """Show whatever goes wrong inside and go on after it: `with shown(): store.queue(...)`."""
    try:
        yield
    except ProspectusError as error:
        show_error(error)
    except Exception as error:  # noqa: BLE001  the last line before the reader: no trace may reach the page
        show_unexpected(error)


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """The same function with `shown` around it; for pages, dialogs and everything under `live`."""

    @functools.wraps(draw)
    def safely(*args: P.args, **kwargs: P.kwargs) -> None:
        with shown():
            draw(*args, **kwargs)

    return safely


def live(draw: Callable[P, None], seconds: float | None = 2.0) -> Callable[P, None]:
    """The function as a guarded fragment that redraws itself every `seconds` (None: only when used)."""
    import streamlit as st

    return st.fragment(guarded(draw), run_every=seconds)
