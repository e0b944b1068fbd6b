"""Labels given in the browser: each stored at once; together they become a new version of the data set."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.labellings import add_labelling, take_back_newest
from db.session import in_transaction
from db.views.labellings import labelling_state
from engine.data import waiting
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_text
from engine.entrypoints.actions.versions import Made, label_rows
from engine.entrypoints.home import inside
from engine.errors import N_, InputError, StateError, UnknownName
from engine.spec import Input

CLASS_LENGTH = 80


def give_label(dataset_id: int, row: int, label: str, author: str, *, new: bool = False) -> None:
    """Store one label of one row. With `new` it may be a class that the data set does not have yet.

    A new class is taken for a known one that differs in white space or case only. Raises UnknownName for a label that
    is no class and not said to be `new`, InputError for a row that the data set does not have, a missing name, or a
    new class without a name.
    """
    who = checked_text(N_("Your name"), author, NAME_LENGTH)

    def work(session: Session) -> None:
        dataset = get_dataset(session, dataset_id)
        added = set(labelling_state(session, dataset_id).labels.values()) - set(dataset.labels)
        known = [*dataset.labels, *sorted(added)]
        name = _new_class(label, known) if new else label
        if not new and name not in known:
            raise UnknownName(N_("class"), str(label), known)
        if not waiting.has_row(inside(dataset.folder), row):
            raise InputError(N_("The data set has no row {rows}."), rows=row)
        add_labelling(session, dataset_id, row, name, who)

    in_transaction(work)


def _new_class(typed: str, known: Sequence[str]) -> str:
    """The class that a person means."""
    name = " ".join(checked_text(N_("The name of the class"), typed, CLASS_LENGTH).split())
    if name in known:
        return name
    return next((label for label in known if label.casefold() == name.casefold()), name)


def take_back(dataset_id: int, author: str) -> int | None:
    """Undo the newest standing label of this person; returns the row, None when there is none."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    return in_transaction(lambda session: take_back_newest(session, dataset_id, who))


def version_of_labels(dataset_id: int, name: str | None = None) -> Made:
    """A new version of the data set with every standing label; rows that had none join the training split, those of a
    new class all splits.

    Raises StateError when nobody has labelled anything, DataError when nothing would change or a new class has no row
    for each split.
    """

    def work(session: Session) -> tuple[dict[int, str], set[str]]:
        given = labelling_state(session, dataset_id).labels
        return given, set(given.values()) - set(get_dataset(session, dataset_id).labels)

    given, added = in_transaction(work)
    if not given:
        raise StateError(N_("Nobody has labelled a row of this data set yet."))
    return label_rows(dataset_id, given, name, new_classes=added)


def waiting_rows(dataset_id: int, start: int = 0, most: int | None = None) -> waiting.WaitingRows:
    """The unlabelled rows from `start` on, at most `most`. Raises UnknownName and StoredFileError."""
    return waiting.waiting_rows(_folder(dataset_id), start, most)


def row_input(dataset_id: int, row: int) -> Input:
    """The text of one row, labelled or not, or the path of its picture. Raises UnknownName and StoredFileError."""
    found = waiting.input_of(_folder(dataset_id), row)
    if found is None:
        raise InputError(N_("The data set has no row {rows}."), rows=row)
    return found


def labelled_rows(dataset_id: int) -> waiting.LabelledRows:
    """Label and split of every labelled row of a data set. Raises UnknownName and StoredFileError."""
    return waiting.labelled_rows(_folder(dataset_id))


def _folder(dataset_id: int) -> Path:
    return inside(in_transaction(lambda session: get_dataset(session, dataset_id).folder))
