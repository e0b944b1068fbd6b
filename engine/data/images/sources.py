"""Where pictures come from: a ZIP archive or a folder, one sub-folder a class, or a table that names each picture.

A picture's class is the folder it lies in; folders above that, such as `train` and `test`, do not count, because
Prospectus splits by itself. Pictures beside the class folders, and those in a folder called `unlabelled`, have none.
"""

import hashlib
import os
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.data.archive import damaged, members
from engine.data.columns import check_further, propose_further
from engine.data.images.zipped import MAX_PICTURES, opened_pictures, read_member, refuse_crowd
from engine.data.read import read_table
from engine.data.table import Table
from engine.errors import N_, DataError

ENDINGS = (".png", ".jpg", ".jpeg", ".jpe", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".jfif")
TABLES = ("labels.csv", "metadata.csv", "labels.jsonl", "metadata.jsonl", "labels.tsv", "metadata.tsv")
FILE_COLUMNS = ("file_name", "filename", "file", "image", "path", "picture")
LABEL_COLUMNS = ("label", "class", "category", "target", "labels")
BOOKS = (".xlsx", ".xlsm", ".ods", ".docx", ".jar")
"""ZIP archives by another name, with pictures that are no examples."""
UNLABELLED = ("unlabelled", "unlabeled", "unknown_label")
MAX_TABLE_BYTES = 50_000_000
FOLDER, IMAGE = "folder", "image"
"""What the profile calls the columns of pictures whose class is their folder."""


@dataclass(frozen=True, slots=True)
class Named:
    """One picture of a source before it is decoded."""

    name: str
    """Path inside the source, with forward slashes."""
    label: str
    """"" for none."""
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a source holds. `read` gives one picture's bytes and raises DataError when it cannot."""

    file_name: str
    format: str
    named: Sequence[Named]
    read: Callable[[str], bytes]
    other: int
    """Files that are no pictures by their ending, passed over."""
    absent: Sequence[str]
    """Pictures that the table names and the source does not hold."""
    image_column: str = IMAGE
    label_column: str = FOLDER
    columns: tuple[str, ...] = ()
    bytes: int = 0
    """Of all pictures."""


def holds_pictures(path: Path) -> bool:
    """Whether a file or folder is to be read as pictures: a ZIP archive or folder of some, without Parquet or Arrow.

    Raises DataError for an archive with more files than can be read.
    """
    if path.is_dir():
        return _are_pictures(name for _, _, names in os.walk(path) for name in names)
    if not path.is_file() or path.suffix.lower() in BOOKS:
        return False
    with path.open("rb") as file:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            return False
    refuse_crowd(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _are_pictures(archive.namelist())
    except (zipfile.BadZipFile, EOFError, NotImplementedError, struct.error) as error:
        raise damaged(path.name, str(error)) from error


def _are_pictures(names: Iterable[str]) -> bool:
    endings = {PurePosixPath(name).suffix.lower() for name in names}
    return bool(endings & set(ENDINGS)) and not endings & {".parquet", ".arrow"}


@contextmanager
def open_pictures(path: Path, columns: Sequence[str] | None = None) -> Iterator[Pictures]:
    """Everything that a folder or archive holds; open only within the block.

    columns: further columns of its table to keep; None for those of few short values.
    Raises DataError when it breaks a limit or holds no picture.
    """
    if path.is_dir():
        yield _gathered(path.name, "folder", _walked(path), lambda name: _read_file(path / name), columns)
        return
    with opened_pictures(path) as archive:
        sizes = {info.filename: info.file_size for info in members(archive)}
        yield _gathered(path.name, "zip", sizes, lambda name: read_member(archive, name), columns)


def digest_of(path: Path) -> str:
    """sha256 of an archive; of a folder that over names and contents of its files, in order of the names."""
    digest = hashlib.sha256()
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    for name in sorted(_walked(path)):
        with (path / name).open("rb") as file:
            digest.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


def _walked(root: Path) -> dict[str, int]:
    """Sizes of the plain files under a folder by their path in it. Links are not followed, hidden files passed over."""
    found: dict[str, int] = {}
    for folder, below, names in os.walk(root, followlinks=False):
        below[:] = sorted(name for name in below if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                found[path.relative_to(root).as_posix()] = path.stat().st_size
            if len(found) > MAX_PICTURES:
                raise DataError(
                    N_("{file} holds more than {limit} files; that is more than can be read at once."),
                    file=root.name,
                    limit=f"{MAX_PICTURES:,}",
                    remedy=N_("Take a random part of the pictures of each class, or bring them in several archives."),
                )
    return found


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(N_("{file} cannot be read: {reason}."), file=path.name, reason=error.strerror) from error


def _gathered(
    file_name: str,
    format: str,
    sizes: Mapping[str, int],
    read: Callable[[str], bytes],
    columns: Sequence[str] | None,
) -> Pictures:
    pictures = [name for name in sizes if PurePosixPath(name).suffix.lower() in ENDINGS]
    if not pictures:
        raise DataError(
            N_("{file} holds no picture. Pictures end in one of: {endings}."),
            file=file_name,
            endings=", ".join(ENDINGS),
            remedy=N_("Put the pictures of each class into a folder of its name, and pack the folders as ZIP."),
        )
    known = {"file_name": file_name, "format": format, "read": read, "bytes": sum(sizes[name] for name in pictures)}
    tables = [name for name in sizes if PurePosixPath(name).name.lower() in TABLES]
    if tables:
        return _by_table(min(tables, key=lambda name: (name.count("/"), name)), pictures, known, columns)
    return Pictures(named=_by_folder(pictures), other=len(sizes) - len(pictures), absent=(), **known)  # type: ignore[arg-type]


def _by_folder(pictures: Sequence[str]) -> list[Named]:
    root = _common([PurePosixPath(name).parent.parts for name in pictures])
    named = []
    for name in pictures:
        parent = PurePosixPath(name).parent
        label = "" if parent.parts == root or parent.name.lower() in UNLABELLED else parent.name
        named.append(Named(name, label.strip()))
    return named


def _common(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    shortest, others = min(folders), max(folders)
    same = 0
    while same < min(len(shortest), len(others)) and shortest[same] == others[same]:
        same += 1
    return shortest[:same]


def _by_table(
    table_name: str, pictures: Sequence[str], known: Mapping[str, object], columns: Sequence[str] | None
) -> Pictures:
    table = _table(table_name, known["read"])  # type: ignore[arg-type]
    image = _column(table, FILE_COLUMNS, table_name)
    label = _column(table, LABEL_COLUMNS, table_name)
    kept = propose_further(table, image, label) if columns is None else tuple(columns)
    check_further(table, kept, image, label)
    cells = [table.column(name) for name in kept]
    base, there = PurePosixPath(table_name).parent, set(pictures)
    named, absent = [], []
    for place, (file, given) in enumerate(zip(table.column(image), table.column(label), strict=True)):
        name = (base / file.strip().replace("\\", "/")).as_posix()
        if name in there:
            named.append(Named(name, given.strip(), tuple(column[place].strip() for column in cells)))
        else:
            absent.append(file.strip())
    return Pictures(
        named=named,
        other=len(there - {one.name for one in named}),
        absent=absent,
        image_column=image,
        label_column=label,
        columns=kept,
        **known,  # type: ignore[arg-type]
    )


def _table(name: str, read: Callable[[str], bytes]) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PurePosixPath(name).name
        path.write_bytes(read(name))
        return read_table(path, max_bytes=MAX_TABLE_BYTES)


def _column(table: Table, wanted: Sequence[str], table_name: str) -> str:
    by_lower = {name.strip().lower(): name for name in reversed(table.columns)}
    found = next((by_lower[name] for name in wanted if name in by_lower), None)
    if found is None:
        raise DataError(
            N_("{file} needs a column called one of: {wanted}. It has: {known}."),
            file=PurePosixPath(table_name).name,
            wanted=", ".join(wanted),
            known=", ".join(table.columns),
        )
    return found
