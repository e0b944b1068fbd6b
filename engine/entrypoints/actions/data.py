"""Data: keep what was brought, look at it, prepare it, show examples."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.datasets import get_dataset, store_dataset
from db.models import Dataset, Experiment
from db.products import get_product
from db.runs import get_run
from db.session import in_transaction
from db.shapes import DatasetRow
from db.views.datasets import dataset_row
from engine.data.stored import load_test_examples
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, checked_text
from engine.entrypoints.home import cache_folder, home, inside, relative_to_home, uploads_folder
from engine.errors import N_, DataError, InputError

if TYPE_CHECKING:
    from engine.data.preview import Preview
    from engine.data.stages import Listener
    from engine.data.stored import Prepared

SAFE_NAME_LENGTH = 100
LIGHT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a test split."""

    row: int
    text: str
    label: str


def keep_upload(name: str, content: bytes) -> Path:
    """Keep a file as it was brought, under its content's sha256; the same content is kept once."""
    return bring_upload(name, content)[0]


def bring_upload(name: str, content: bytes) -> tuple[Path, bool]:
    """The same, and whether it was not there before: then `drop_upload` takes it back when it is refused."""
    folder = uploads_folder() / hashlib.sha256(content).hexdigest()[:16]
    return _kept(folder, name, lambda path: path.write_bytes(content))


def drop_upload(path: Path) -> None:
    """Remove a file that was refused, so that its bytes do not stay; one that is gone already is none to remove."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # the folder holds the same bytes under another name
        path.parent.rmdir()


@contextmanager
def accepted(path: Path) -> Iterator[Path]:
    """The file inside the uploads folder; a copy that was made for this leaves again when it is refused."""
    kept, new = bring_file(path)
    try:
        yield kept
    except DataError:
        if new:
            drop_upload(kept)
        raise


def preview_data(
    path: Path | str, *, encoding: str | None = None, delimiter: str | None = None, part: str | None = None
) -> "Preview":
    """The first rows of a file and the columns proposed, before anything of it is prepared. Raises DataError."""
    from engine.data.apart import preview_from, run

    wishes = {"encoding": encoding, "delimiter": delimiter, "part": part}
    with _packed(Path(path)) as readable:
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
    from engine.entrypoints.actions.pictures import holds_pictures, import_pictures

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


def is_light(path: Path) -> bool:
    """Whether a file may be read in this process: text of less than a megabyte, which cannot unpack to more.

    One that is not there is, for its error costs nothing.
    """
    from engine.data.read import is_plain

    return not path.is_file() or (path.stat().st_size < LIGHT_BYTES and is_plain(path))


def store_prepared(
    session: Session, prepared: "Prepared", *, name: str, licence: str, source: str, parent_id: int | None = None
) -> tuple[Dataset, bool]:
    """The row of a prepared data set, and whether it was there already."""
    profile = prepared.profile
    return store_dataset(
        session,
        name=name,
        fingerprint=prepared.fingerprint,
        file_sha256=prepared.file_sha256,
        folder=relative_to_home(prepared.folder),
        text_column=profile.text_column,
        label_column=profile.label_column,
        language=prepared.language,
        labels=prepared.labels,
        profile=profile.as_dict(),
        rows_per_split=prepared.rows_per_split,
        licence=licence,
        source=source,
        input_kind=profile.input_kind,
        parent_id=parent_id,
        change=profile.change,
        columns=profile.columns,
    )


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


def keep_file(path: Path) -> Path:
    """The file inside the uploads folder, copied there unless it is in it already; a folder is packed first."""
    return bring_file(path)[0]


def kept_file(digest: str, name: str) -> Path:
    """A file that was brought before, by its sha256. Raises DataError when it is gone."""
    path = uploads_folder() / digest[:16] / safe_name(name)
    if not path.is_file():
        raise DataError(N_("There is no file {file}."), file=name)
    return path


def bring_file(path: Path) -> tuple[Path, bool]:
    """The same, and whether it was not there before."""
    if path.is_dir():
        with _packed(path) as packed:
            return bring_file(packed)
    if not path.is_file():
        raise DataError(N_("There is no file {file}."), file=str(path))
    if path.resolve().is_relative_to(uploads_folder()):
        return path, False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _kept(uploads_folder() / digest[:16], path.name, lambda target: shutil.copyfile(path, target))


@contextmanager
def _packed(path: Path) -> Iterator[Path]:
    """The file itself; of a folder, an archive of what can be read, which is gone afterwards."""
    if not path.is_dir():
        yield path
        return
    from engine.data.dataset_folder import pack_folder

    with tempfile.TemporaryDirectory(dir=cache_folder()) as place:
        archive = Path(place) / f"{safe_name(path.resolve().name)}.zip"
        pack_folder(path, archive)
        yield archive


def _kept(folder: Path, name: str, write: Callable[[Path], object]) -> tuple[Path, bool]:
    path = folder / safe_name(name)
    if path.exists():
        return path, False
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{path.name}.partial"
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path, True


def safe_name(name: str) -> str:
    """A file name that is no path and holds letters, digits, dot, hyphen and underscore only; never hidden."""
    plain = re.sub(r"[^\w.\-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".")
    return plain[-SAFE_NAME_LENGTH:].lstrip(".") or "file"
