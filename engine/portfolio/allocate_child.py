"""Allocation in a process of its own: the solver's libraries stay out of the dashboard.

`python -m engine.portfolio.allocate_child` reads one JSON document from standard input and writes one to its output.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from engine.errors import ConfigError, ProspectusError, from_dict
from engine.portfolio.allocate import Candidate, Limits, Plan, allocate, frontier
from engine.portfolio.child import ask_child

Frontier = list[tuple[float, float | None]]
"""Budget, and the value of the best plan at it; None where what must be built does not fit."""


def plan_apart(
    candidates: Sequence[Candidate], limits: Limits, budgets_usd: Sequence[float] = ()
) -> tuple[Plan, Frontier]:
    """`allocate` and the values of `frontier` in a child process. Raises what `allocate` raises."""
    told = {
        "candidates": [asdict(candidate) for candidate in candidates],
        "limits": asdict(limits),
        "budgets": list(budgets_usd),
    }
    said = ask_child("engine.portfolio.allocate_child", told)
    if "faults" in said:
        faults = tuple(from_dict(fault) for fault in said["faults"])
        raise ConfigError(faults) if said["wrong"] else faults[0]
    plan = said["plan"]
    tuples = {name: tuple(plan[name]) for name in ("spent_by_month_usd", "people_by_month")}
    return Plan(**(plan | tuples)), [(budget, value) for budget, value in said["frontier"]]


def answer(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the child says: a plan with its frontier, or the faults."""
    lists = ("monthly_usd", "needs", "excludes")
    candidates = [Candidate(**(each | {name: tuple(each[name]) for name in lists})) for each in told["candidates"]]
    limits = Limits(**told["limits"])
    try:
        plan = allocate(candidates, limits)
        line = [(usd, best.value_usd if best else None) for usd, best in frontier(candidates, told["budgets"], limits)]
    except ConfigError as error:
        return {"faults": [fault.as_dict() for fault in error.faults], "wrong": True}
    except ProspectusError as error:
        return {"faults": [error.as_dict()], "wrong": False}
    return {"plan": asdict(plan), "frontier": line}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
