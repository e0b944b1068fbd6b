"""Has the parts of a page sent together, as the server need not be woken for each of them."""

from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable
from typing import Any

PACE_SECONDS = 0.005
"""How long the parts of a page wait for those that follow: as long as Streamlit rests between two sendings."""


def send_together() -> None:
    """Let the parts of a page go to the server's loop together. To be called before the server starts.

    A page is a hundred parts, and each of them woke the loop, which took the interpreter from the script that draws
    the page. What is no part of a page, such as the script's end, goes at once and takes along what waits.
    """
    from streamlit.runtime import runtime
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.scriptrunner import ScriptRunnerEvent

    changed: Any = AppSession
    soon, tell = changed._call_soon_on_event_loop, changed._on_scriptrunner_event

    def gather(session: AppSession, call: Callable[[], None]) -> None:
        parts = _parts(session)
        if parts.add(call):
            soon(session, parts.send_later)

    def tell_together(session: AppSession, sender: Any, event: ScriptRunnerEvent, *rest: Any, **more: Any) -> None:
        tell(session, sender, event, *rest, **more)
        if event is not ScriptRunnerEvent.ENQUEUE_FORWARD_MSG:
            soon(session, _parts(session).send)

    changed._call_soon_on_event_loop = gather
    changed._on_scriptrunner_event = tell_together
    vars(runtime)["MESSAGE_FLUSH_INTERVAL_SECS"] = 0  # the parts have rested already


def _parts(session: Any) -> "Parts":
    """What waits of a session, kept with it."""
    found: Parts | None = vars(session).get("prospectus_parts")
    if found is None:
        found = vars(session)["prospectus_parts"] = Parts(session._event_loop)
    return found


class Parts:
    """Calls that wait for the loop of one session, in their order. Added by any thread, made by the loop's."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: deque[Callable[[], None]] = deque()
        self._awaited = False

    def add(self, call: Callable[[], None]) -> bool:
        """Keep a call; whether the loop has yet to be told that some wait."""
        self._calls.append(call)
        first, self._awaited = not self._awaited, True
        return first

    def send_later(self) -> None:
        """Make the calls after a pause, those that come meanwhile with them."""
        self._loop.call_later(PACE_SECONDS, self.send)

    def send(self) -> None:
        """Make all calls that wait. What is added from here on asks for the loop again."""
        self._awaited = False
        try:
            while self._calls:
                self._calls.popleft()()
        finally:
            if self._calls:  # one failed, which the loop reports: the others are none the worse
                self._loop.call_soon(self.send)
