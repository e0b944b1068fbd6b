"""Labels given in the browser: each stored at once; together they become a new version of the data set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.labellings import add_labelling, take_back_newest
from db.session import in_transaction
from db.views.labellings import labelling_state
from engine.data.stored import ROWS_FILE, UNLABELLED_FILE, load_unlabelled, read_stored
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_text
from engine.entrypoints.actions.versions import Made, label_rows
from engine.entrypoints.home import inside
from engine.errors import N_, InputError, StateError, UnknownName
from engine.evaluation.examples import inputs_of
from engine.spec import Input


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of a data set that nobody has labelled, in file order."""

    rows: tuple[int, ...]
    inputs: tuple[Input, ...]


def give_label(dataset_id: int, row: int, label: str, author: str) -> None:
    """Store one label of one row.

    Raises UnknownName for a label that is none of the data set's classes, InputError for a row that it does not have
    or a missing name.
    """
    who = checked_text(N_("Your name"), author, NAME_LENGTH)

    def work(session: Session) -> None:
        dataset = get_dataset(session, dataset_id)
        if label not in dataset.labels:
            raise UnknownName(N_("class"), str(label), list(dataset.labels))
        if row not in _known_rows(inside(dataset.folder)):
            raise InputError(N_("The data set has no row {rows}."), rows=row)
        add_labelling(session, dataset_id, row, label, who)

    in_transaction(work)


def take_back(dataset_id: int, author: str) -> int | None:
    """Undo the newest standing label of this person; returns the row, None when there is none."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    return in_transaction(lambda session: take_back_newest(session, dataset_id, who))


def version_of_labels(dataset_id: int, name: str | None = None) -> Made:
    """A new version of the data set with every standing label; rows that had none join the training split.

    Raises StateError when nobody has labelled anything, DataError when nothing would change.
    """
    given = in_transaction(lambda session: labelling_state(session, dataset_id)).labels
    if not given:
        raise StateError(N_("Nobody has labelled a row of this data set yet."))
    return label_rows(dataset_id, given, name)


def waiting_rows(dataset_id: int, start: int = 0, most: int | None = None) -> Waiting:
    """The unlabelled rows from `start` on, at most `most`. Raises UnknownName and StoredFileError."""
    folder = in_transaction(lambda session: get_dataset(session, dataset_id).folder)
    found = load_unlabelled(inside(folder))
    end = len(found.rows) if most is None else start + most
    return Waiting(tuple(found.rows[start:end]), tuple(found.inputs[start:end]))


def row_input(dataset_id: int, row: int) -> Input:
    """The text of one row, labelled or not, or the path of its picture. Raises UnknownName and StoredFileError."""
    folder = inside(in_transaction(lambda session: get_dataset(session, dataset_id).folder))
    if (found := inputs_of(folder, [row])) and row in found:
        return found[row]
    waiting = load_unlabelled(folder)
    if row not in waiting.rows:
        raise InputError(N_("The data set has no row {rows}."), rows=row)
    return waiting.inputs[waiting.rows.index(row)]


def splits_of(dataset_id: int) -> Mapping[int, tuple[str, str]]:
    """Label and split of every labelled row, by row. Raises UnknownName and StoredFileError."""
    folder = in_transaction(lambda session: get_dataset(session, dataset_id).folder)
    stored = read_stored(inside(folder) / ROWS_FILE, ("row", "label", "split"))
    pairs = zip(stored["label"], stored["split"], strict=True)
    return dict(zip(stored["row"], pairs, strict=True))


@lru_cache(maxsize=4)
def _known_rows(folder: Path) -> frozenset[int]:
    """Row numbers of a prepared data set, which never changes."""
    files = [folder / name for name in (ROWS_FILE, UNLABELLED_FILE) if (folder / name).exists()]
    return frozenset(row for path in files for row in read_stored(path, ("row",))["row"])
