"""Data: keep what was brought, look at it, prepare it, show examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.datasets import get_dataset
from db.models import Experiment
from db.products import get_product
from db.runs import get_run
from db.session import in_transaction
from db.shapes import DatasetRow
from db.views.datasets import dataset_row
from engine.data.stored import load_test_examples
from engine.entrypoints.actions.brought import accepted, is_light, packed_folder
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, checked_text
from engine.entrypoints.actions.pictures import holds_pictures, import_pictures
from engine.entrypoints.actions.prepared import store_prepared
from engine.entrypoints.home import home, inside
from engine.errors import N_, InputError

if TYPE_CHECKING:
    from engine.data.preview import Preview
    from engine.data.stages import Listener


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a test split."""

    row: int
    text: str
    label: str


def preview_data(
    path: Path | str, *, encoding: str | None = None, delimiter: str | None = None, part: str | None = None
) -> "Preview":
    """The first rows of a file and the columns proposed, before anything of it is prepared. Raises DataError."""
    from engine.data.apart import preview_from, run

    wishes = {"encoding": encoding, "delimiter": delimiter, "part": part}
    with packed_folder(Path(path)) as readable:
        return preview_from(run("preview", {"path": str(readable), **wishes}, here=is_light(readable)))


def import_data(  # noqa: PLR0917  in the order of the form
    path: Path | str,
    text_column: str,
    label_column: str,
    name: str,
    licence: str = "",
    source: str = "",
    product_slug: str | None = None,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: Sequence[str] | None = None,
    part: str | None = None,
    own_splits: bool = True,
    listener: "Listener | None" = None,
) -> tuple[DatasetRow, bool]:
    """Prepare a file and store the data set; the flag says that the same rows were there already.

    `columns` are kept for slices and groups; None keeps those of few short values. `part` names a sheet or a
    configuration. With `own_splits`, the splits that a data set folder makes itself are kept. `listener` hears every
    stage.

    With a slug the idea is given this data set. Pictures are prepared as `import_pictures` does, without columns of
    text and label. Raises DataError for a file that cannot be used.
    """
    if holds_pictures(path):
        return import_pictures(path, name, licence, source, product_slug, columns, listener=listener)
    title = checked_text(N_("The name of the data set"), name, NAME_LENGTH)
    terms = checked_text(N_("The licence"), licence, LINE_LENGTH, required=False)
    origin = checked_text(N_("The source"), source, LINE_LENGTH, required=False)
    if product_slug is not None:
        in_transaction(lambda session: get_product(session, product_slug))
    from engine.data.apart import prepared_from, run

    wishes = {
        "home": str(home()),
        "text_column": text_column,
        "label_column": label_column,
        "name": title,
        "licence": terms,
        "source": origin,
        "encoding": encoding,
        "delimiter": delimiter,
        "columns": None if columns is None else list(columns),
        "part": part,
        "own_splits": own_splits,
    }
    with accepted(Path(path)) as kept:
        prepared = prepared_from(run("prepare", {"path": str(kept), **wishes}, listener, here=is_light(kept)))

    def work(session: Session) -> tuple[DatasetRow, bool]:
        dataset, already = store_prepared(session, prepared, name=title, licence=terms, source=origin)
        users: tuple[str, ...] = ()
        if product_slug is not None:
            product = get_product(session, product_slug)
            product.dataset_id, product.missing = dataset.id, ""
            users = (product.slug,)
        session.flush()
        return dataset_row(dataset, users), already

    return in_transaction(work)


def test_examples(dataset_id: int | None = None, run_id: str | None = None, per_label: int = 2) -> list[Example]:
    """A few texts of the test split for each label, always the same ones; of a data set or of a run's.

    Raises InputError unless exactly one of both is named.
    """
    if (dataset_id is None) == (run_id is None):
        raise InputError(N_("Name a data set or a run, one of both."))

    def folder_of(session: Session) -> str:
        wanted = dataset_id
        if run_id is not None:
            wanted = session.get_one(Experiment, get_run(session, run_id).experiment_id).dataset_id
        assert wanted is not None
        return get_dataset(session, wanted).folder

    found = load_test_examples(inside(in_transaction(folder_of)))
    return [Example(row, text, label) for label in found for row, text in found[label][:per_label]]


test_examples.__test__ = False  # type: ignore[attr-defined]
