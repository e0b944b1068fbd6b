"""Where runs answer differently: the rows, how sure each run was, and how the mistakes are shared out.

All of it is of the exported models, on rows in the same order for every run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.metrics import Ints, predicted_classes, score_classes
from engine.evaluation.stored import Predictions

Kind = Literal["any", "first_alone", "others_alone", "all_wrong"]
KINDS: tuple[Kind, ...] = ("any", "first_alone", "others_alone", "all_wrong")
"""Rows with any two different answers; of these, those that only the first run, or all but the first, or none has
right."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One row that not all runs answer alike."""

    row: int
    """Line number in the source file."""
    true: int
    answers: tuple[int, ...]
    """Class that each run answers, in the order of the runs."""
    probabilities: tuple[float, ...]
    """Of each run's own answer."""


@dataclass(frozen=True, slots=True)
class Shared:
    """How right and wrong are shared out among runs over the same rows."""

    n: int
    differ: int
    """Rows that not all answer alike."""
    all_right: int
    all_wrong: int
    """Rows that none has right: another model of this kind would hardly help."""
    first_alone: int
    """Rows that the first run alone has right."""
    others_alone: int
    """Rows that every run but the first has right."""


def shared_errors(runs: Sequence[Predictions]) -> Shared:
    """Count right and wrong of runs on the same rows."""
    answers, right = _answers(runs)
    first, others = right[0], right[1:]
    return Shared(
        right.shape[1],
        int(_differ(answers).sum()),
        int(right.all(axis=0).sum()),
        int((~right).all(axis=0).sum()),
        int((first & ~others.any(axis=0)).sum()),
        int((~first & others.all(axis=0)).sum()),
    )


def disagreements(runs: Sequence[Predictions], kind: Kind = "any") -> list[Disagreement]:
    """Rows of one kind, those first where the runs are surest of different answers; ties by row number."""
    answers, right = _answers(runs)
    chosen = _differ(answers) & _of_kind(right, kind)
    sure = np.stack([run.probabilities.max(axis=1) for run in runs])
    order = sorted(np.flatnonzero(chosen), key=lambda i: (-_tension(answers[:, i], sure[:, i]), int(runs[0].row[i])))
    return [
        Disagreement(
            int(runs[0].row[i]),
            int(runs[0].y[i]),
            tuple(int(a) for a in answers[:, i]),
            tuple(float(p) for p in sure[:, i]),
        )
        for i in order
    ]


def confusion_difference(a: Predictions, b: Predictions) -> NDArray[np.float64]:
    """Of each true class, how much oftener run `a` than run `b` answers each class, (classes, classes).

    Shares of the true class, so that each row sums to 0; 0 for a class without rows. Both on the same rows.
    """
    ours, theirs = (score_classes(r.y, predicted_classes(r.probabilities), r.classes) for r in (a, b))
    rows = np.maximum(ours.support, 1)[:, None]
    return np.asarray((ours.confusion - theirs.confusion) / rows, dtype=np.float64)


def largest_differences(difference: NDArray[np.float64], most: int) -> list[tuple[int, int, float]]:
    """The cells of a confusion difference that are furthest from 0, as (true, said, share); none that are 0."""
    order = np.argsort(-np.abs(difference), axis=None, kind="stable")[:most]
    cells = [(*divmod(int(place), difference.shape[1]), float(difference.flat[place])) for place in order]
    return [cell for cell in cells if cell[2]]


def _answers(runs: Sequence[Predictions]) -> tuple[Ints, NDArray[np.bool_]]:
    answers = np.stack([predicted_classes(run.probabilities) for run in runs])
    return answers, answers == runs[0].y


def _differ(answers: Ints) -> NDArray[np.bool_]:
    return np.asarray((answers != answers[0]).any(axis=0))


def _of_kind(right: NDArray[np.bool_], kind: Kind) -> NDArray[np.bool_]:
    if kind == "first_alone":
        return np.asarray(right[0] & ~right[1:].any(axis=0))
    if kind == "others_alone":
        return np.asarray(~right[0] & right[1:].all(axis=0))
    if kind == "all_wrong":
        return np.asarray((~right).all(axis=0))
    return np.ones(right.shape[1], dtype=bool)


def _tension(answers: Ints, sure: NDArray[np.floating]) -> float:
    """The probability behind the less sure of the two surest different answers."""
    best: dict[int, float] = {}
    for answer, p in zip(answers, sure, strict=True):
        best[int(answer)] = max(best.get(int(answer), 0.0), float(p))
    return sorted(best.values())[-2]
