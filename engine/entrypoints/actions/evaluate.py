"""What lies behind a run's figures: calibration, slices, fairness, over-fitting; and behind a comparison's.

All of it is computed from the predictions that finished runs left, of the exported models, and changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.session import in_transaction
from db.shapes import RunRow
from db.views.runs import rows_of
from engine.entrypoints.actions.compare import MOST, SPLITS_COMPARED, check_runs
from engine.entrypoints.home import inside, run_folder
from engine.errors import N_, InputError, UnknownName

if TYPE_CHECKING:
    from engine.evaluation.calibration import Calibration
    from engine.evaluation.disagreement import Disagreement, Shared
    from engine.evaluation.fairness import Fairness
    from engine.evaluation.overfitting import Fit
    from engine.evaluation.paired import Paired
    from engine.evaluation.slices import Cut, Slice
    from engine.evaluation.stored import Predictions

COLUMN = "column:"
"""How a further column is named among the cuts: `column:region`."""
SHOWN_ROWS = 20
"""Disagreements read at once."""
LARGEST_CELLS = 20


@dataclass(frozen=True, slots=True)
class SlicedRun:
    """One run on every slice of one cut."""

    run: str
    slices: "tuple[Slice, ...]"
    against_first: "tuple[Paired, ...]"
    """This run minus the first on each slice, corrected by Holm's method over all slices and runs; empty for the
    first."""


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """A row that runs answer differently."""

    row: int
    input: Any
    """Text, or the path of a picture; None when the data are gone."""
    true: str
    answers: tuple[str, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """Some of the rows that runs answer differently, and how many there are."""

    shared: "Shared"
    kind: str
    total: int
    """Rows of this kind."""
    rows: tuple[DifferingRow, ...]


@dataclass(frozen=True, slots=True)
class ConfusionDifference:
    """How two runs differ in what they take each class for, in shares of the true class."""

    labels: tuple[str, ...]
    matrix: Sequence[Sequence[float]] | None
    """Rows are the true classes, columns what was said; None for more classes than a picture can hold."""
    largest: tuple[tuple[str, str, float], ...]
    """The largest cells: what it was, what was said, how much oftener by the first run."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is read of runs on common rows."""

    rows: list[RunRow]
    answers: "list[Predictions]"
    data: Path
    labels: tuple[str, ...]


def measure_calibration(run_ids: Sequence[str], split: str = "validation") -> "Mapping[str, Calibration]":
    """Calibration of each run, on the rows that all of them answered. Raises as `compare_runs` does."""
    from engine.evaluation.calibration import calibrate

    told = _told(run_ids, split)
    return {run.run: calibrate(run.y, run.probabilities) for run in told.answers}


def slice_cuts(run_id: str) -> tuple[str, ...]:
    """How a run's rows can be cut: `length` and `language` (texts), `class`, `column:<name>`."""
    from engine.evaluation.examples import input_kind, kept_columns

    data = in_transaction(lambda session: _of_data(session, [run_id]))[1]
    own = ("length", "class", "language") if input_kind(data) == "text" else ("class",)
    return own + tuple(COLUMN + name for name in kept_columns(data))


def measure_slices(run_ids: Sequence[str], by: str, split: str = "validation") -> tuple[SlicedRun, ...]:
    """Each run on every slice of a cut that `slice_cuts` names, on common rows; runs after the first paired with it.

    Raises UnknownName for another cut.
    """
    from engine.evaluation.metrics import predicted_classes
    from engine.evaluation.slices import measure_slices as measured

    told = _told(run_ids, split)
    cut = _cut(told, by)
    paired = _paired_slices(told.answers, cut)
    found = []
    for place, run in enumerate(told.answers):
        slices = measured(cut, run.y, predicted_classes(run.probabilities), run.classes)
        found.append(SlicedRun(run.run, tuple(slices), tuple(paired[place - 1]) if place else ()))
    return tuple(found)


def group_columns(run_id: str) -> Mapping[str, tuple[str, ...]]:
    """Columns that can be groups, with their values, commonest first, over the evaluated rows."""
    from engine.evaluation.examples import column_of, kept_columns
    from engine.evaluation.fairness import MOST_GROUPS

    told = _told([run_id], "validation")
    found = {}
    for name in kept_columns(told.data):
        values = [value.strip() for value in column_of(told.data, name, told.answers[0].row)]
        known = sorted(set(values), key=lambda value: (-values.count(value), value)) if len(set(values)) < 99 else []
        if 2 <= len(known) <= MOST_GROUPS:
            found[name] = tuple(known)
    return found


def measure_fairness(run_id: str, column: str, label: str, split: str = "validation") -> "Fairness":
    """Groups of a column compared in what a run answers, `label` being the class that matters to people.

    Raises UnknownName for a column or class that is not there, InputError for a column that makes no groups.
    """
    from engine.evaluation.examples import column_of
    from engine.evaluation.fairness import measure_fairness as measured
    from engine.evaluation.metrics import predicted_classes

    told = _told([run_id], split)
    if label not in told.labels:
        raise UnknownName(N_("class"), label, list(told.labels))
    (run,) = told.answers
    groups = column_of(told.data, column, run.row)
    return measured(run.y, predicted_classes(run.probabilities), groups, told.labels.index(label))


def differing_rows(
    run_ids: Sequence[str], kind: str = "any", split: str = "validation", offset: int = 0, limit: int = SHOWN_ROWS
) -> Differing:
    """Rows that runs answer differently, those first where they are surest; `kind` as in `disagreement.KINDS`."""
    from engine.evaluation.disagreement import KINDS, disagreements, shared_errors
    from engine.evaluation.examples import inputs_of

    if kind not in KINDS:
        raise UnknownName(N_("choice"), kind, list(KINDS))
    told = _told(run_ids, split, least=2)
    found = disagreements(told.answers, kind)
    some = found[offset : offset + limit]
    inputs = inputs_of(told.data, [one.row for one in some])
    rows = tuple(_differing_row(one, inputs, told.labels) for one in some)
    return Differing(shared_errors(told.answers), kind, len(found), rows)


def confusion_differences(a: str, b: str, split: str = "validation") -> ConfusionDifference:
    """How much oftener run `a` than run `b` answers each class of each true class, on common rows."""
    from engine.evaluation.disagreement import confusion_difference, largest_differences
    from engine.evaluation.stored import DENSE_CLASSES

    told = _told([a, b], split, least=2)
    found = confusion_difference(*told.answers)
    cells = largest_differences(found, LARGEST_CELLS)
    named = tuple((told.labels[true], told.labels[said], share) for true, said, share in cells)
    return ConfusionDifference(told.labels, found.tolist() if len(told.labels) <= DENSE_CLASSES else None, named)


def train_gap(run_id: str, measure: str = "quality.accuracy") -> "Fit | None":
    """A run on a sample of its training split against validation; None for a run from before that was recorded."""
    from engine.evaluation.overfitting import train_gap as gap
    from engine.evaluation.stored import predictions_path, read_predictions

    told = _told([run_id], "validation")
    folder = run_folder(run_id)
    if not predictions_path(folder, "train").is_file():
        return None
    return gap(read_predictions(folder, "train", run_id), told.answers[0], measure)


def _told(run_ids: Sequence[str], split: str, least: int = 1) -> _Told:
    """Runs that may be looked at together, on the rows that all of them answered."""
    from engine.evaluation.paired import all_on_common_rows
    from engine.evaluation.stored import read_evaluation, read_predictions

    ids = list(dict.fromkeys(run_ids))
    if not least <= len(ids) <= MOST:
        words = N_("Choose {least} to {most} different runs, not {count}.")
        raise InputError(words, least=least, most=MOST, count=len(ids))
    if split not in SPLITS_COMPARED:
        raise InputError(N_("Runs are compared on validation or test, not on “{split}”."), split=split)
    rows, data = in_transaction(lambda session: _of_data(session, ids))
    check_runs(rows, split)
    answers = [read_predictions(run_folder(run_id), split, run_id) for run_id in ids]
    labels = tuple(read_evaluation(run_folder(ids[0]))[split]["labels"])
    return _Told(rows, all_on_common_rows(answers), data, labels)


def _of_data(session: Session, ids: Sequence[str]) -> tuple[list[RunRow], Path]:
    rows = rows_of(session, ids)
    if rows[0].dataset_id is None:
        raise InputError(N_("Run {run} learned from no data."), run=rows[0].id)
    return rows, inside(get_dataset(session, rows[0].dataset_id).folder)


def _cut(told: _Told, by: str) -> "Cut":
    from engine.evaluation import slices
    from engine.evaluation.examples import column_of, languages_of, lengths_of

    first = told.answers[0]
    if by == "class":
        return slices.by_class(first.y, told.labels)
    if by == "length":
        return slices.by_length(lengths_of(told.data, first.row))
    if by == "language":
        return slices.by_values(languages_of(told.data, first.row))
    if by.startswith(COLUMN):
        return slices.by_values(column_of(told.data, by.removeprefix(COLUMN), first.row))
    raise UnknownName(N_("slice"), by, list(slice_cuts(told.rows[0].id)))


def _paired_slices(runs: "Sequence[Predictions]", cut: "Cut") -> "list[list[Paired]]":
    """Every run but the first minus the first on each slice, corrected over all of them."""
    from engine.evaluation.paired import compare, corrected, restricted_to

    parts = [runs[0].row[cut.member == i] for i in range(len(cut.names))]
    tests = [compare(restricted_to(run, rows), restricted_to(runs[0], rows)) for run in runs[1:] for rows in parts]
    tests = corrected(tests)
    return [tests[start : start + len(parts)] for start in range(0, len(tests), len(parts))]


def _differing_row(found: "Disagreement", inputs: Mapping[int, Any], labels: Sequence[str]) -> DifferingRow:
    answers = tuple(labels[answer] for answer in found.answers)
    return DifferingRow(found.row, inputs.get(found.row), labels[found.true], answers, found.probabilities)
