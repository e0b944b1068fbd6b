"""Weights from pairs and scores by weights in a process of its own: their libraries stay out of the dashboard.

`python -m engine.portfolio.lens_child` reads one JSON document from standard input and writes one to its output.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from engine.errors import ProspectusError, from_dict
from engine.interval import Interval
from engine.portfolio.child import ask_child
from engine.portfolio.criteria import CRITERIA, Judged

Table = Mapping[str, Mapping[str, float | None]]
"""By idea, then by criterion."""


def weights_apart(judged: Judged) -> tuple[dict[str, float], float, Judged]:
    """Weights of criteria, their consistency ratio and what would mend it, by `lenses` in a child process."""
    said = _ask({"pairs": [list(each) for each in judged]})
    mended = [(first, second, float(value)) for first, second, value in said["mended"]]
    return dict(said["weights"]), float(said["consistency"]), mended


def scores_apart(table: Table, weights: Mapping[str, float]) -> dict[str, Interval | None]:
    """Closeness of each idea to the ideal, by `lenses.topsis` in a child process."""
    said = _ask({"table": {name: dict(row) for name, row in table.items()}, "weights": dict(weights)})
    return {name: None if ends is None else Interval(*ends) for name, ends in said["scores"].items()}


def _ask(told: Mapping[str, Any]) -> Any:
    said = ask_child("engine.portfolio.lens_child", told)
    if "fault" in said:
        raise from_dict(said["fault"])
    return said


def answer(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the child says: weights, scores, or the fault."""
    from engine.portfolio.lenses import Criterion, Weights, mended_pairs, paired_weights, topsis

    try:
        if "pairs" in told:
            pairs = {(first, second): value for first, second, value in told["pairs"]}
            found, mended = paired_weights(pairs), [[*pair, value] for pair, value in mended_pairs(pairs).items()]
            return {"weights": dict(found.by_criterion), "consistency": found.consistency, "mended": mended}
        criteria = [Criterion(name, more) for name, (_title, more) in CRITERIA.items()]
        scores = topsis(told["table"], criteria, Weights(told["weights"], 0.0))
        return {"scores": {name: None if score is None else list(score) for name, score in scores.items()}}
    except ProspectusError as error:
        return {"fault": error.as_dict()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
