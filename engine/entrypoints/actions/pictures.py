"""Pictures: look at what was brought, prepare it, show small ones."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.products import get_product
from db.session import in_transaction
from db.shapes import DatasetRow
from db.views.datasets import dataset_row
from engine import catalog
from engine.entrypoints.actions.brought import accepted
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, checked_text
from engine.entrypoints.actions.prepared import store_prepared
from engine.entrypoints.home import home, inside
from engine.errors import N_

if TYPE_CHECKING:
    from engine.data.images.seen import PicturesSeen
    from engine.data.stages import Listener


def holds_pictures(path: Path | str) -> bool:
    """Whether a file or folder is read as pictures. Raises DataError for an archive with too many files."""
    from engine.data.images.sources import holds_pictures as holds

    return holds(Path(path))


def look_at_pictures(path: Path | str) -> "PicturesSeen":
    """Classes and a few pictures of an archive or folder, before anything is stored. Raises DataError.

    Pictures are decoded in a process of their own, which may fail of a foreign file without harm here.
    """
    from engine.data.apart import run
    from engine.data.images.seen import PicturesSeen

    return PicturesSeen.from_dict(run("look_at_pictures", {"path": str(path)}))


def import_pictures(  # noqa: PLR0917  in the order of the form
    path: Path | str,
    name: str,
    licence: str = "",
    source: str = "",
    product_slug: str | None = None,
    columns: Sequence[str] | None = None,
    *,
    listener: "Listener | None" = None,
) -> tuple[DatasetRow, bool]:
    """Prepare pictures and store the data set; the flag says that the same pictures were there already.

    An archive is kept as it was brought; a folder is read where it lies. With a slug the idea is given this data set.
    `listener` hears every stage. Raises DataError for a source that cannot be used.
    """
    from engine.data.apart import prepared_from, run

    title = checked_text(N_("The name of the data set"), name, NAME_LENGTH)
    terms = checked_text(N_("The licence"), licence, LINE_LENGTH, required=False)
    origin = checked_text(N_("The source"), source, LINE_LENGTH, required=False)
    if product_slug is not None:
        in_transaction(lambda session: get_product(session, product_slug))
    wishes = {
        "home": str(home()),
        "name": title,
        "licence": terms,
        "source": origin,
        "columns": None if columns is None else list(columns),
    }
    with nullcontext(Path(path)) if Path(path).is_dir() else accepted(Path(path)) as kept:
        prepared = prepared_from(run("prepare_pictures", {"path": str(kept.resolve()), **wishes}, listener))

    def work(session: Session) -> tuple[DatasetRow, bool]:
        dataset, already = store_prepared(session, prepared, name=title, licence=terms, source=origin)
        users: tuple[str, ...] = ()
        if product_slug is not None:
            product = get_product(session, product_slug)
            product.dataset_id, product.missing = dataset.id, ""
            product.task = next(task.name for task in catalog.tasks().values() if task.input_kind == "image")
            users = (product.slug,)
        session.flush()
        return dataset_row(dataset, users), already

    return in_transaction(work)


def picture_rows(dataset_id: int, per_label: int) -> dict[str, list[tuple[int, Path]]]:
    """The first (row, file) of each class of the training split, and those without a class under "".

    Raises UnknownName, StoredFileError.
    """
    from engine.data.profile import class_names
    from engine.data.stored import load_rows, load_unlabelled

    folder = inside(in_transaction(lambda session: get_dataset(session, dataset_id).folder))
    found: dict[str, list[tuple[int, Path]]] = {}
    train = load_rows(folder)["train"]
    for row, path, label in zip(train.rows, train.inputs, train.labels, strict=True):
        of_label = found.setdefault(label, [])
        if len(of_label) < per_label:
            of_label.append((row, path))
    waiting = load_unlabelled(folder)
    if waiting.rows:
        found[""] = list(zip(waiting.rows, waiting.inputs, strict=True))[:per_label]
    return {label: found[label] for label in (*class_names([*(set(found) - {""})]), *({""} & set(found)))}


def small_picture(dataset_id: int, picture: str, side: int = 96) -> bytes:
    """A stored picture (`images/ab/....png` in the data set's folder), small. Raises StoredFileError, PictureFault."""
    from engine.data.images.thumbs import thumbnail

    return thumbnail(stored_picture(dataset_id, picture), side=side)


def stored_picture(dataset_id: int, picture: str) -> Path:
    """The file of a stored picture, which must lie in the data set's folder. Raises StoredFileError."""
    from engine.inference.files import inside as inside_folder

    folder = inside(in_transaction(lambda session: get_dataset(session, dataset_id).folder))
    return inside_folder(folder, picture)
