"""Memory that was freed goes back to the system, so that a long text does not enlarge the server for good."""

import asyncio
import ctypes
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool

EVERY_SECONDS = 2.0


def return_free_memory() -> None:
    """Give free pages of the heap back, where the C library can (glibc); takes a few ms at most."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


async def keep_small(activity: Callable[[], int]) -> None:
    """Return free memory every two seconds in which `activity` has grown. Runs until cancelled."""
    seen = activity()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if activity() != seen:
            seen = activity()
            await run_in_threadpool(return_free_memory)
