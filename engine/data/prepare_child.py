"""`python -m engine.data.prepare_child`: does one job of this package in a process of its own.

The job comes as one line of JSON on standard input, {"verb", "arguments"}; answers go to standard output, a line each:
{"share", "doing"} at every stage, and last {"done"} or {"error"}. Standard input stays open: when it ends, the parent
is gone and the child ends too. Memory and processor time are bounded, so that a file made to fill memory fills this
process only.
"""

import ctypes
import dataclasses
import json
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from engine.data.stages import listening
from engine.data.stored import Prepared
from engine.errors import N_, DataError, ProspectusError, StoredFileError

MEMORY_VARIABLE = "PROSPECTUS_PREPARE_MB"
MEMORY_MB = 4_000
"""Resident memory of the child."""
CPU_SECONDS = 1_800
WATCH_SECONDS = 0.1
ORPHANED_EXIT = 12
MEMORY_EXIT = 13
_PR_SET_PDEATHSIG = 1


def main(verbs: Mapping[str, Callable[..., dict[str, Any]]] | None = None, cpu_seconds: int = CPU_SECONDS) -> None:
    """Read the job, do it, answer. Another package's child brings its own `verbs`."""
    known = VERBS if verbs is None else verbs
    _die_with_parent()
    job = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not break the answer
    threading.Thread(target=_watch, daemon=True).start()
    _bound(cpu_seconds)

    def tell(**answer: Any) -> None:
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()

    with listening(lambda share, doing: tell(share=share, doing=doing)):
        try:
            tell(done=known[job["verb"]](**job["arguments"]))
        except ProspectusError as error:
            tell(error=error.as_dict())
        except MemoryError:
            os._exit(MEMORY_EXIT)  # even an answer may need more than there is
        except OSError as error:
            tell(error=StoredFileError(N_("The file could not be read: {reason}."), reason=str(error)).as_dict())
    os._exit(0)  # nothing is left to be done, and giving back a million strings one by one takes seconds


def too_large() -> DataError:
    """The error of a file that needs more memory than a preparation may take."""
    return DataError(
        N_("Reading the file needs more memory than allowed ({limit} MB)."),
        limit=memory_mb(),
        remedy=N_("Leave out columns that are not needed, or take a random part of the rows."),
    )


def memory_mb() -> int:
    """Megabytes that a preparation may hold: PROSPECTUS_PREPARE_MB, or 4,000."""
    text = os.environ.get(MEMORY_VARIABLE, "")
    return int(text) if text.isdecimal() and int(text) else MEMORY_MB


def _bound(cpu_seconds: int) -> None:
    """A second net under `_watch`, which cannot look while a library allocates."""
    for limit, most in ((resource.RLIMIT_AS, 2 * memory_mb() << 20), (resource.RLIMIT_CPU, cpu_seconds)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _die_with_parent() -> None:
    """Let the kernel end this process with the thread that started it, on Linux: `_watch` cannot run while a library
    holds the interpreter, as one does that is stuck at the memory limit. A parent that is gone already left no job.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch() -> None:
    """End this process when its parent does, or when it holds more memory than it may.

    Not by ru_maxrss: a process inherits that of whoever started it.
    """
    own = psutil.Process()
    while True:
        if select.select([0], [], [], WATCH_SECONDS)[0] and not os.read(0, 1):
            os._exit(ORPHANED_EXIT)
        if own.memory_info().rss > memory_mb() << 20:
            os._exit(MEMORY_EXIT)


def _prepare(path: str, home: str, **wishes: Any) -> dict[str, Any]:
    from engine.data.prepare import prepare

    return _told(prepare(Path(path), wishes.pop("text_column"), wishes.pop("label_column"), Path(home), **wishes))


def _preview(path: str, **wishes: Any) -> dict[str, Any]:
    from engine.data.preview import preview

    return dataclasses.asdict(preview(Path(path), **wishes))


def _prepare_pictures(path: str, home: str, **wishes: Any) -> dict[str, Any]:
    from engine.data.images.prepare import prepare_pictures

    return _told(prepare_pictures(Path(path), Path(home), **wishes))


def _look_at_pictures(path: str) -> dict[str, Any]:
    from engine.data.images.seen import look_at

    return look_at(Path(path)).as_dict()


def _relabel(folder: str, labels: Mapping[str, str], name: str, new_classes: Sequence[str]) -> dict[str, Any]:
    from engine.data.versions import relabel

    given = {int(row): label for row, label in labels.items()}
    return _told(relabel(Path(folder), given, name=name, new_classes=new_classes))


def _mask(folder: str, kinds: list[str], name: str) -> dict[str, Any]:
    from engine.data.versions import mask

    return _told(mask(Path(folder), kinds, name=name))


def _join(folder: str, path: str, replace: bool, **wishes: Any) -> dict[str, Any]:
    from engine.data.join import append_file, replace_file

    return _told((replace_file if replace else append_file)(Path(folder), Path(path), **wishes))


def _lengths(folder: str, what: str, cache: str) -> dict[str, list[int]]:
    from engine.data.lengths import lengths_of

    return lengths_of(Path(folder), what, Path(cache))


def _difference(before: str, after: str, related: bool) -> dict[str, Any]:
    from engine.data.difference import difference

    return dataclasses.asdict(difference(Path(before), Path(after), related=related))


def _told(prepared: Prepared) -> dict[str, Any]:
    return {"folder": str(prepared.folder), "file_sha256": prepared.file_sha256, "already": prepared.already}


VERBS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "prepare": _prepare,
    "preview": _preview,
    "prepare_pictures": _prepare_pictures,
    "look_at_pictures": _look_at_pictures,
    "relabel": _relabel,
    "mask": _mask,
    "join": _join,
    "difference": _difference,
    "lengths": _lengths,
}

if __name__ == "__main__":
    main()
