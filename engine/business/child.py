"""`python -m engine.business.child`: reads a table of what really happened in a process of its own, bounded as uploads
are, so that a million purchases do not stay in the dashboard's memory."""

import gc
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from engine.business.actuals import Kind, fingerprint, purchases_of, read_actuals
from engine.data.apart import run_apart
from engine.data.prepare_child import main

PROGRAM = "engine.business.child"


def _actuals(path: str, kind: Kind, today: str, packed: str) -> dict[str, Any]:
    from engine.data.read import read_table

    table, day = read_table(Path(path)), date.fromisoformat(today)
    document = read_actuals(table.columns, kind, day).document()
    if kind == "purchases":
        bought = purchases_of(table.columns, day)
        np.savez_compressed(packed, customer=bought.customer, day=bought.day, amount=bought.amount)
    return {"fingerprint": fingerprint(Path(path).read_bytes()), "document": document}


VERBS: Mapping[str, Callable[..., dict[str, Any]]] = {"actuals": _actuals}


def actuals_of(path: Path, kind: Kind, today: date, packed: Path, *, here: bool = False) -> tuple[str, dict[str, Any]]:
    """A file's sha256 and the document of what it says; purchases are packed into the file `packed` besides.

    `here`: in this process, for a small file. Raises DataError naming row, rule and value.
    """
    wishes = {"path": str(path), "kind": kind, "today": today.isoformat(), "packed": str(packed)}
    found: dict[str, Any] = _actuals(**wishes) if here else run_apart("actuals", wishes, program=PROGRAM)  # type: ignore[arg-type]
    return found["fingerprint"], found["document"]


if __name__ == "__main__":
    gc.disable()  # a million cells are made, and none of them is garbage
    main(VERBS)
