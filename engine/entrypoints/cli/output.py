"""What the command line prints: one JSON document or plain lines on standard output, and meaningful exit codes."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.errors import InputError, MissingPart, ProspectusError, StateError

OK = 0
FAULT = 1
WRONG_INPUT = 2
RUN_FAILED = 3
RUN_STOPPED = 4
PART_MISSING = 5
INTERRUPTED = 130
EXIT_CODES: Mapping[int, str] = {
    OK: "done",
    FAULT: "something of Prospectus or of this machine failed",
    WRONG_INPUT: "the command or what was brought is wrong, or does not fit the state of the thing",
    RUN_FAILED: "a run failed",
    RUN_STOPPED: "a run was stopped by its budget or by a person",
    PART_MISSING: "a package or model is not installed; the message says how to install it",
    INTERRUPTED: "interrupted at the keyboard",
}


def emit(document: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print the document, or the lines that say the same to a person."""
    if as_json:
        text = json.dumps(document, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)
    else:
        text = "\n".join(lines)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def exit_code_of(error: ProspectusError) -> int:
    """The exit code that an error ends the program with."""
    if isinstance(error, MissingPart):
        return PART_MISSING
    return WRONG_INPUT if isinstance(error, InputError | StateError) else FAULT


def fail(error: ProspectusError, as_json: bool) -> int:
    """Tell an error, in plain words on standard error and as a document where one is expected; its exit code."""
    parts = [str(error), *(text.format(**error.values) for text in (error.kept, error.remedy) if text)]
    sys.stderr.write(" ".join(parts) + "\n")
    if as_json:
        emit({"error": error.as_dict()}, True, ())
    return exit_code_of(error)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Aligned columns; the empty table says so."""
    if not rows:
        return ["(none)"]
    cells = [list(head), *([("-" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
