"""Versions of a data set: made from one by labels, masks or a file, listed, and compared."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.models import Dataset
from db.session import in_transaction
from db.shapes import DatasetRow
from db.views.datasets import dataset_row
from engine.data.stored import ROWS_FILE
from engine.entrypoints.actions.brought import accepted, is_light
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_text
from engine.entrypoints.actions.prepared import store_prepared
from engine.entrypoints.home import inside
from engine.errors import N_

if TYPE_CHECKING:
    from engine.data.difference import Difference
    from engine.data.stages import Listener

LIGHT_ROWS_BYTES = 300_000
"""Packed rows of a data set that is small enough to be worked on in this process."""
Made = tuple[DatasetRow, bool]
"""The version, and whether a data set with the same rows was there already."""


def label_rows(
    dataset_id: int, labels: Mapping[int, str], name: str | None = None, *, new_classes: Collection[str] = ()
) -> Made:
    """A version in which these rows carry these labels; rows that had none join the training split, those of a new
    class all splits.

    Raises DataError for unknown rows, for unknown classes that are not among `new_classes`, for a new class without a
    row for each split, and when nothing would change.
    """
    given = {str(row): label for row, label in labels.items()}
    return _made(dataset_id, name, "relabel", {"labels": given, "new_classes": sorted(new_classes)})


def mask_data(
    dataset_id: int, kinds: Collection[str] = (), name: str | None = None, *, listener: "Listener | None" = None
) -> Made:
    """A version with placeholders for suspected personal data of these kinds, of all when none is named.

    Raises DataError when there is none, InputError for an unknown kind.
    """
    return _made(dataset_id, name, "mask", {"kinds": list(kinds)}, listener)


def append_data(
    dataset_id: int,
    path: Path | str,
    name: str | None = None,
    *,
    replace: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    part: str | None = None,
    listener: "Listener | None" = None,
) -> Made:
    """A version with the rows of a file added, or with `replace` in place of the old; no row changes its split.

    The file needs the columns of the data set. Raises DataError.
    """
    wishes = {"replace": replace, "encoding": encoding, "delimiter": delimiter, "part": part}
    with accepted(Path(path)) as kept:
        return _made(dataset_id, name, "join", {"path": str(kept), **wishes}, listener)


def versions(dataset_id: int) -> list[DatasetRow]:
    """Every data set that was made of the same first one, oldest first. Raises UnknownName."""

    def work(session: Session) -> list[DatasetRow]:
        get_dataset(session, dataset_id)
        family = _family(session)
        wanted = [known for known in family if _root(family, known) == _root(family, dataset_id)]
        found = session.scalars(select(Dataset).where(Dataset.id.in_(wanted)).order_by(Dataset.id))
        return [dataset_row(dataset) for dataset in found]

    return in_transaction(work)


def compare_versions(before_id: int, after_id: int) -> "Difference":
    """What differs between two data sets. Raises UnknownName and StoredFileError."""
    from engine.data.apart import difference_from, run

    def work(session: Session) -> tuple[str, str, bool]:
        family = _family(session)
        before, after = get_dataset(session, before_id), get_dataset(session, after_id)
        lines = _line(family, before_id), _line(family, after_id)
        return before.folder, after.folder, before_id in lines[1] or after_id in lines[0]

    before, after, related = in_transaction(work)
    folders = {"before": str(inside(before)), "after": str(inside(after))}
    light = _is_light(inside(before)) and _is_light(inside(after))
    return difference_from(run("difference", {**folders, "related": related}, here=light))


def _made(
    dataset_id: int, name: str | None, verb: str, wishes: Mapping[str, Any], listener: "Listener | None" = None
) -> Made:
    from engine.data.apart import prepared_from, run

    def parent_of(session: Session) -> tuple[str, str, str, str]:
        parent = get_dataset(session, dataset_id)
        return parent.folder, parent.licence, parent.source, name or _next_name(session, parent)

    folder, licence, source, title = in_transaction(parent_of)
    title = checked_text(N_("The name of the data set"), title, NAME_LENGTH)
    arguments = {"folder": str(inside(folder)), "name": title, **wishes}
    light = _is_light(inside(folder)) and is_light(Path(wishes.get("path", "")))
    prepared = prepared_from(run(verb, arguments, listener, here=light))

    def work(session: Session) -> Made:
        dataset, already = store_prepared(
            session, prepared, name=title, licence=licence, source=source, parent_id=dataset_id
        )
        return dataset_row(dataset), already

    return in_transaction(work)


def _is_light(folder: Path) -> bool:
    path = folder / ROWS_FILE
    return not path.exists() or path.stat().st_size < LIGHT_ROWS_BYTES


def _next_name(session: Session, parent: Dataset) -> str:
    """The first version's name and the next number: “Reviews v3”."""
    family = _family(session)
    root = _root(family, parent.id)
    count = sum(_root(family, known) == root for known in family)
    ending = f" v{count + 1}"
    return session.get_one(Dataset, root).name[: NAME_LENGTH - len(ending)] + ending


def _family(session: Session) -> dict[int, int | None]:
    """Parent of every data set."""
    return {found.id: found.parent_id for found in session.execute(select(Dataset.id, Dataset.parent_id))}


def _line(family: Mapping[int, int | None], dataset_id: int) -> list[int]:
    """A data set and what it was made of, back to the first."""
    line: list[int] = []
    now: int | None = dataset_id
    while now is not None:
        line.append(now)
        now = family.get(now)
    return line


def _root(family: Mapping[int, int | None], dataset_id: int) -> int:
    return _line(family, dataset_id)[-1]
