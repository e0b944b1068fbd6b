"""Memory that was freed goes back to the system, so that a long text does not enlarge the server for good."""

import asyncio
import ctypes
import mmap
import re
from collections.abc import Callable
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

EVERY_SECONDS = 2.0
_MAPPING = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+ +(/.*)$(?:\n[A-Z].*)*?\nAnonymous: +0 kB", re.MULTILINE
)
"""An entry of /proc/self/smaps: a mapped file, of which this process has changed no page."""


def return_free_memory() -> None:
    """Give free pages of the heap back, where the C library can (glibc); takes a few ms at most."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def release_mapped(folder: Path) -> None:
    """Let go of the pages of mapped files in `folder`, where the system tells of them (Linux).

    They stay in the system's cache and come again when they are read: of an embedding table that the rows of many
    texts have touched, this process holds only what was used since. Mappings with a changed page are left alone, so
    nothing is lost.
    """
    maps = Path("/proc/self/smaps")
    if not maps.is_file():
        return
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for begin, end, name in _MAPPING.findall(maps.read_text(encoding="utf-8", errors="surrogateescape")):
        if Path(name).is_relative_to(folder):
            start = int(begin, 16)
            advise(start, int(end, 16) - start, mmap.MADV_DONTNEED)


async def keep_small(activity: Callable[[], int], folder: Path) -> None:
    """Return free memory every two seconds in which `activity` has grown, and the pages of the models in `folder`.

    Runs until cancelled.
    """
    seen = activity()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if activity() != seen:
            seen = activity()
            await run_in_threadpool(return_free_memory)
            await run_in_threadpool(release_mapped, folder)
