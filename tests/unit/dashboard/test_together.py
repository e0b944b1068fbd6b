"""The parts of a page go to the server's loop together, each of them, in their order."""

import asyncio
from collections.abc import Callable

from streamlit.runtime.app_session import AppSession

from dashboard.together import Parts


def made(scene: Callable[[Parts, list[int]], None]) -> list[int]:
    """What had been called when the loop had nothing more to do at once."""

    async def run() -> list[int]:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, _context: None)
        called: list[int] = []
        scene(Parts(loop), called)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return called

    return asyncio.run(run())


def test_the_loop_is_asked_for_the_first_part_and_again_after_they_were_sent() -> None:
    def scene(parts: Parts, called: list[int]) -> None:
        assert [parts.add(lambda n=n: called.append(n)) for n in range(3)] == [True, False, False]  # type: ignore[misc]
        parts.send()
        assert parts.add(lambda: called.append(3))

    assert made(scene) == [0, 1, 2]


def test_a_part_that_fails_keeps_none_of_the_others_back() -> None:
    def scene(parts: Parts, called: list[int]) -> None:
        for number in (1, 0, 2):
            parts.add(lambda n=number: called.append(6 // n))  # type: ignore[misc]
        asyncio.get_running_loop().call_soon(parts.send)

    assert made(scene) == [6, 3]


def test_streamlit_still_sends_by_the_ways_that_are_changed() -> None:
    """Of a session, `send_together` changes these two."""
    assert {"_call_soon_on_event_loop", "_on_scriptrunner_event"} <= vars(AppSession).keys()
    assert "_event_loop" in AppSession.__init__.__code__.co_names
