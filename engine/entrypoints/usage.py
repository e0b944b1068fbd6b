"""From the model server's usage files to inference cost entries, each line once."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db.charges import add_charges
from db.costs import add_usage, move_cursor, rate_in_force, read_cursor
from db.models import Run, TailCursor
from db.session import in_transaction
from engine.entrypoints.home import relative_to_home, usage_folder
from engine.errors import StateError
from engine.evidence import GRADES

log = logging.getLogger("prospectus.worker")
CHUNK_BYTES = 1 << 20
_read: dict[Path, int] = {}
"""Sizes at which files were found read to the end: saves a query, decides nothing."""


def commit_all(device: str) -> None:
    """Bring every usage file up to date, at most `CHUNK_BYTES` of each."""
    for path in sorted(usage_folder().glob("*.jsonl")):
        try:
            if _read.get(path) == path.stat().st_size:
                continue
            _read[path] = in_transaction(partial(commit, path=path, device=device))
        except (StateError, OSError) as reason:
            log.warning("%s waits to be counted: %s", path, reason)


def commit(session: Session, path: Path, device: str) -> int:
    """Count the whole lines that are not counted yet; returns the offset reached.

    A line that is no usage record is logged and passed over: it must not keep the others from being counted.
    """
    name = relative_to_home(path)
    session.get(TailCursor, name, with_for_update=True)
    start = read_cursor(session, name)
    with path.open("rb") as file:
        file.seek(start)
        chunk = file.read(CHUNK_BYTES)
    chunk = chunk[: chunk.rfind(b"\n") + 1]
    if not chunk:
        return start
    records = list(_records(chunk, path))
    _count(session, (r for r in records if r["kind"] != "charge"), device)
    _charge(session, (r for r in records if r["kind"] == "charge"), device)
    move_cursor(session, name, start + len(chunk))
    return start + len(chunk)


def _records(chunk: bytes, path: Path) -> Iterable[dict[str, Any]]:
    for line in chunk.splitlines():
        try:
            record = json.loads(line)
            if record.get("kind") == "charge":
                yield _charged(record)
                continue
            yield {
                "kind": "usage",
                "run": str(record["run"]),
                "at": float(record["at"]),
                "seconds": float(record["end"]) - float(record["start"]),
                "requests": int(record["requests"]),
            }
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            log.warning("%s holds a line that is no usage record: %s", path, error)


def _charged(record: Mapping[str, Any]) -> dict[str, Any]:
    """A charge whose parts are what they should be. Raises KeyError, ValueError, TypeError or ArithmeticError."""
    tokens = {name: int(record[name]) for name in ("input_tokens", "cached_tokens", "output_tokens")}
    words = {name: str(record[name]) for name in ("run", "key", "model", "grade", "source")}
    if Decimal(record["usd"]) < 0 or words["grade"] not in GRADES:
        raise ValueError(record["usd"], record["grade"])
    return {"kind": "charge", "at": float(record["at"]), "usd": str(record["usd"]), **tokens, **words}


def _charge(session: Session, charges: Iterable[dict[str, Any]], device: str) -> None:
    """Charges of each run, each once: the cursor and the key both see to that."""
    by_run: dict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for charge in charges:
        by_run[charge["run"], datetime.fromtimestamp(charge["at"], UTC).date()].append(charge)
    for (run_id, day), told in by_run.items():
        run = session.get(Run, run_id)
        if run is not None:
            add_charges(session, run, told, category="inference", rate=rate_in_force(session, device, day))


def _count(session: Session, records: Iterable[dict[str, Any]], device: str) -> None:
    """One entry a run and day, each priced by the rate of its day."""
    sums: dict[tuple[str, date], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for record in records:
        total = sums[record["run"], datetime.fromtimestamp(record["at"], UTC).date()]
        total[0] += record["seconds"]
        total[1] += record["requests"]
        total[2] = max(total[2], record["at"])
    for (run_id, day), (seconds, requests, at) in sums.items():
        rate = rate_in_force(session, device, day)
        add_usage(session, run_id, rate, at=at, seconds=seconds, requests=int(requests))
