"""Files of artifacts and caches: hashed, whole or absent, and never outside their folder."""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.errors import N_, StoredFileError
from engine.recorder import DiskFull

_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hex, read in blocks of 1 MiB. Raises StoredFileError when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise read_fault(path, error) from error
    return digest.hexdigest()


def inside(root: Path, relative: str) -> Path:
    """The path of `relative` under `root`, which must exist there as a regular file.

    Raises StoredFileError for absolute paths, `..`, links that lead outside, and missing files.
    """
    path = root / relative
    base = root.resolve()
    if not relative or "\0" in relative or Path(relative).is_absolute() or not path.resolve().is_relative_to(base):
        raise StoredFileError(
            N_("{file} is not inside {folder}; a manifest may only name files of its own folder."),
            file=relative,
            folder=root,
        )
    if not path.is_file():
        raise StoredFileError(N_("{file} is missing from {folder}."), file=relative, folder=root)
    return path


def place(source: Path, target: Path) -> None:
    """Put a file that is never changed at `target`: a hard link where the disk allows it, a copy where not."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        with writing(target):
            shutil.copyfile(source, target)


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Fill a temporary folder that becomes `target` when the block ends well, and vanishes when it does not.

    Two processes may do this at once: the first to finish wins and the other's work is dropped.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name[:16]}-", dir=target.parent))
    try:
        with writing(target):
            yield partial
            flush(partial)
            partial.chmod(0o755)
            _move(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _move(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def flush(folder: Path) -> None:
    """Force every file of a folder, and the folder's own entries, onto the disk."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    partial = path.with_name(path.name + ".partial")
    with writing(path):
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the disk's faults while writing `path` into DiskFull or StoredFileError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path) from error
        raise StoredFileError(
            N_("{file} cannot be written: {reason}."), file=path, reason=error.strerror or str(error)
        ) from error


def read_fault(path: Path, error: Exception) -> StoredFileError:
    """The error for a stored file that cannot be read."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return StoredFileError(N_("{file} cannot be read: {reason}."), file=path, reason=reason)
