"""Files that people bring: each content is kept once under its sha256, and one that is refused leaves again."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.entrypoints.home import cache_folder, uploads_folder
from engine.errors import N_, DataError

SAFE_NAME_LENGTH = 100
LIGHT_BYTES = 1_000_000


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


def is_light(path: Path) -> bool:
    """Whether a file may be read in this process: text of less than a megabyte, which cannot unpack to more.

    One that is not there is, for its error costs nothing.
    """
    from engine.data.read import is_plain

    return not path.is_file() or (path.stat().st_size < LIGHT_BYTES and is_plain(path))


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
        with packed_folder(path) as packed:
            return bring_file(packed)
    if not path.is_file():
        raise DataError(N_("There is no file {file}."), file=str(path))
    if path.resolve().is_relative_to(uploads_folder()):
        return path, False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _kept(uploads_folder() / digest[:16], path.name, lambda target: shutil.copyfile(path, target))


@contextmanager
def packed_folder(path: Path) -> Iterator[Path]:
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
