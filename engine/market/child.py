"""`python -m engine.market.child`: does one job of this package in a process of its own, bounded as uploads are.

Files of a million events and curves fitted by scipy would otherwise stay in the dashboard's memory.
"""

import dataclasses
import gc
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.apart import run_apart
from engine.data.prepare_child import main
from engine.interval import Interval
from engine.market.adoption import Adoption
from engine.market.changes import Change

if TYPE_CHECKING:
    from engine.market.series import Seen

PROGRAM = "engine.market.child"
HEAD_ROWS = 8


def _columns(path: str) -> dict[str, Any]:
    from engine.data.read import read_table
    from engine.market.events import propose_event_columns

    table = read_table(Path(path))
    head = [
        {name: cells[row][:60] for name, cells in table.columns.items()} for row in range(min(HEAD_ROWS, table.rows))
    ]
    return {
        "rows": table.rows,
        "columns": list(table.columns),
        "head": head,
        "proposed": propose_event_columns(list(table.columns)),
    }


def _behaviour(path: str, columns: Mapping[str, str | None], steps: list[str] | None, silent: int) -> dict[str, Any]:
    from engine.market.events import read_events
    from engine.market.users import behaviour

    with Path(path).open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    events = read_events(Path(path), columns["user"] or "", columns["time"] or "", columns["kind"])
    return {"fingerprint": fingerprint, "summary": behaviour(events, steps, silent_months=silent)}


def _adoption(sales: list[float], method: str, ahead: int) -> dict[str, Any]:
    from engine.market.adoption import fit_adoption

    return dataclasses.asdict(fit_adoption(sales, method, ahead=ahead))


def _changes(values: list[float]) -> dict[str, Any]:
    from engine.market.changes import change_points

    return {"changes": [dataclasses.asdict(one) for one in change_points(values)]}


def _series(path: str, value: str | None, to: str | None) -> dict[str, Any]:
    from engine.market.series import read_series, seen
    from engine.market.stored import seen_document, write_series

    found = read_series(Path(path), y=value)
    if to is not None:
        write_series(found.series, Path(to))
    return seen_document(seen(found))


def _reader(cache: str) -> dict[str, Any]:
    from engine.market.headline_reader import fit

    return {"file": str(fit(Path(cache)))}


VERBS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "columns": _columns,
    "behaviour": _behaviour,
    "adoption": _adoption,
    "changes": _changes,
    "series": _series,
    "reader": _reader,
}


def _run(verb: str, wishes: Mapping[str, Any], *, here: bool) -> dict[str, Any]:
    if here:
        return VERBS[verb](**wishes)
    found: dict[str, Any] = run_apart(verb, wishes, program=PROGRAM)
    return found


def event_columns(path: Path, *, here: bool = False) -> dict[str, Any]:
    """Columns of a file of events, its first rows, and which column is probably what. Raises DataError.

    `here`: in this process, for a small file.
    """
    return _run("columns", {"path": str(path)}, here=here)


def event_behaviour(  # noqa: PLR0917  in the order of the form
    path: Path,
    user: str,
    time: str,
    kind: str | None,
    steps: Sequence[str] | None,
    silent_months: int,
    *,
    here: bool = False,
) -> dict[str, Any]:
    """The file's sha256 and what `engine.market.users.behaviour` says of it. Raises DataError."""
    columns = {"user": user, "time": time, "kind": kind}
    wishes: dict[str, Any] = {"path": str(path), "columns": columns, "silent": silent_months}
    wishes["steps"] = None if steps is None else list(steps)
    return _run("behaviour", wishes, here=here)


def series(path: Path, value: str | None, to: Path | None = None) -> "Seen":
    """What `engine.market.series.read_series` finds in a file, its series written to another one where that is named.

    Raises DataError.
    """
    from engine.market.stored import seen_from

    wishes = {"path": str(path), "value": value, "to": None if to is None else str(to)}
    return seen_from(run_apart("series", wishes, program=PROGRAM))


def fit_reader(cache: Path) -> None:
    """`engine.market.headline_reader.fit`. Raises MissingPart."""
    run_apart("reader", {"cache": str(cache)}, program=PROGRAM)


def adoption(sales: Sequence[float], method: str, ahead: int) -> Adoption:
    """`engine.market.adoption.fit_adoption`. Raises InputError."""
    wishes = {"sales": list(sales), "method": method, "ahead": ahead}
    answer = run_apart("adoption", wishes, program=PROGRAM)
    parameters = {name: Interval(*ends) for name, ends in answer.pop("parameters").items()}
    fitted = tuple(Interval(*ends) for ends in answer.pop("fitted"))
    return Adoption(parameters=parameters, fitted=fitted, **answer)


def changes(values: Sequence[float]) -> list[Change]:
    """`engine.market.changes.change_points`."""
    return [Change(**one) for one in run_apart("changes", {"values": list(values)}, program=PROGRAM)["changes"]]


if __name__ == "__main__":
    gc.disable()  # a million cells are made, and none of them is garbage
    main(VERBS)
