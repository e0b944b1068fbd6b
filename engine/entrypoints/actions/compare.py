"""Two to ten runs side by side, with paired tests against the first, corrected for how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.session import in_transaction
from db.shapes import RunRow, Score
from db.views.rows import scores_of
from db.views.runs import rows_of
from engine.entrypoints.home import run_folder
from engine.errors import N_, InputError, StateError, UnknownName
from engine.evidence import QUALITY

if TYPE_CHECKING:
    from engine.evaluation.paired import Paired

SPLITS_COMPARED = ("validation", "test")
MOST = 10
"""Runs compared at once."""


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One run of a comparison."""

    row: RunRow
    scores: Mapping[str, Score]
    """Figures on the compared split, by measure key."""
    against_first: "Paired | None"
    """This run minus the first, on the examples that both answered, its verdict corrected by Holm's method over all
    runs compared; None for the first."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs on one data set, the first being what the others are compared with."""

    split: str
    measure: str
    runs: tuple[ComparedRun, ...]


def compare_runs(run_ids: Sequence[str], split: str = "validation", measure: str = "quality.accuracy") -> Comparison:
    """Compare complete runs on one data set; on test only when the test figures of all of them were shown.

    Raises InputError for runs on different data sets, StateError for one that cannot be compared yet.
    """
    from engine.evaluation.paired import compare, corrected, on_common_rows
    from engine.evaluation.stored import read_predictions

    ids = list(dict.fromkeys(run_ids))
    _check_request(ids, split, measure)
    rows, scores = in_transaction(lambda session: _read(session, ids, split))
    check_runs(rows, split)
    first, *others = (read_predictions(run_folder(run_id), split, run_id) for run_id in ids)
    tested = corrected([compare(*on_common_rows(other, first), measure) for other in others])
    compared = [ComparedRun(row, scores[row.id], found) for row, found in zip(rows, [None, *tested], strict=True)]
    return Comparison(split, measure, tuple(compared))


def _read(session: Session, ids: Sequence[str], split: str) -> tuple[list[RunRow], dict[str, Mapping[str, Score]]]:
    scores = scores_of(session, ids, (split,))
    return rows_of(session, ids), {run_id: scores[run_id][split] for run_id in ids}


def _check_request(ids: Sequence[str], split: str, measure: str) -> None:
    check_measure(measure)
    if not 2 <= len(ids) <= MOST:
        raise InputError(N_("Choose 2 to {most} different runs, not {count}."), most=MOST, count=len(ids))
    if split not in SPLITS_COMPARED:
        raise InputError(N_("Runs are compared on validation or test, not on “{split}”."), split=split)


def check_measure(measure: str) -> None:
    """Raise UnknownName for a measure that runs are not compared by."""
    if measure not in QUALITY:
        raise UnknownName(N_("measure"), measure, list(QUALITY))


def check_runs(rows: Sequence[RunRow], split: str) -> None:
    """Raise unless all are complete, on one data set, and their figures on the split may be seen."""
    for row in rows:
        if row.state != "complete":
            raise StateError(
                N_("Run {run} is {state}: only complete runs can be compared."), run=row.id, state=row.state
            )
        if row.dataset_id != rows[0].dataset_id:
            raise InputError(
                N_("Runs {a} and {b} are on different data sets: “{data_a}” and “{data_b}”."),
                a=rows[0].id,
                b=row.id,
                data_a=rows[0].dataset_name,
                data_b=row.dataset_name,
            )
        if split == "test" and not row.test_seen:
            raise StateError(
                N_("The test figures of run {run} are hidden until it is adopted or they are shown."), run=row.id
            )
