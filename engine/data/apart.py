"""Runs jobs of this package in a process of their own, so that their memory goes when they are done."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.data.columns import Proposal, Reason
from engine.data.difference import ChangedRow, Difference
from engine.data.prepare_child import MEMORY_EXIT, VERBS, too_large
from engine.data.preview import Preview
from engine.data.stages import Listener, listening
from engine.data.stored import Prepared, load_profile
from engine.errors import (
    N_,
    DataError,
    InputError,
    MissingPart,
    ProspectusError,
    StateError,
    StoredFileError,
    from_dict,
)

AT_ONCE = 2
"""Preparations of one process that run at the same time; more wait."""
KINDS: Mapping[str, type[ProspectusError]] = {
    "UnknownName": InputError,
    "ConfigError": InputError,
    **{kind.__name__: kind for kind in (DataError, InputError, MissingPart, StateError, StoredFileError)},
}
LEAN = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",  # at the limit, glibc would try a new arena at every allocation and crawl
}
_turn = threading.BoundedSemaphore(AT_ONCE)


def run(verb: str, arguments: Mapping[str, Any], listener: Listener | None = None, *, here: bool = False) -> Any:
    """Do a job of `engine.data.prepare_child`: `here` in this process, for what is small, else apart."""
    if not here:
        return run_apart(verb, arguments, listener)
    with listening(listener):
        return VERBS[verb](**arguments)


def run_apart(
    verb: str,
    arguments: Mapping[str, Any],
    listener: Listener | None = None,
    *,
    program: str = "engine.data.prepare_child",
) -> Any:
    """Do a job of `engine.data.prepare_child` and return its answer; `listener` hears every stage.

    `program` is another module that answers in the same way, with jobs of its own.

    Raises the error that the child raised, and ProspectusError when it ended without an answer. The child ends when
    this process or this call does.
    """
    with _turn, tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **LEAN},
            start_new_session=True,
        )
        try:
            return _answer(child, {"verb": verb, "arguments": arguments}, listener)
        finally:
            child.kill()
            child.communicate()


def _answer(child: "subprocess.Popen[bytes]", job: Mapping[str, Any], listener: Listener | None) -> Any:
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(json.dumps(job).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        raise _died(child) from None
    for line in child.stdout:
        answer = json.loads(line)
        if "error" in answer:
            raise _revived(answer["error"])
        if "done" in answer:
            return answer["done"]
        if listener is not None:
            listener(answer["share"], answer["doing"])
    raise _died(child)


def _died(child: "subprocess.Popen[bytes]") -> ProspectusError:
    code = child.wait()
    if code == -signal.SIGXCPU:
        return DataError(N_("Reading the file takes longer than allowed; it may be made to."))
    if code < 0 or code == MEMORY_EXIT:  # below 0: killed, or aborted because an allocation failed
        return too_large()
    return ProspectusError(N_("Preparing the data ended without an answer (exit code {code})."), code=code)


def _revived(stored: Mapping[str, Any]) -> ProspectusError:
    """The error with its kind, for those who tell a wrong input from a fault."""
    plain = from_dict(stored)
    kind = KINDS.get(
        stored["kind"], InputError if stored["kind"] in ("UnknownName", "ConfigError") else ProspectusError
    )
    return kind(plain.template, kept=plain.kept, remedy=plain.remedy, **plain.values)


def prepared_from(answer: Mapping[str, Any]) -> Prepared:
    """The data set that a child has prepared."""
    folder = Path(answer["folder"])
    profile = load_profile(folder)
    return Prepared(profile.fingerprint, answer["file_sha256"], folder, profile, answer["already"])


def preview_from(answer: Mapping[str, Any]) -> Preview:
    """The preview that a child has read."""
    proposal = answer["proposal"]
    reasons = tuple(Reason(N_(reason["template"]), reason["values"]) for reason in proposal["reasons"])
    lists = {name: tuple(answer[name]) for name in ("columns", "further", "parts", "left_out", "skipped")}
    return Preview(**{**answer, **lists, "proposal": Proposal(proposal["text"], proposal["label"], reasons)})


def difference_from(answer: Mapping[str, Any]) -> Difference:
    """The difference that a child has computed."""
    pairs = {name: {key: (was, now) for key, (was, now) in answer[name].items()} for name in ("classes", "splits")}
    return Difference(answer["counts"], **pairs, examples=tuple(ChangedRow(**row) for row in answer["examples"]))
