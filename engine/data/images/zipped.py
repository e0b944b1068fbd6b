"""A ZIP archive of pictures, listed without trusting what it says of itself. Nothing is ever unpacked to a path.

The directory is counted entry by entry before Python's zipfile makes objects of it, so that a million names, declared
or hidden behind a smaller number, cost a few milliseconds. `engine.data.archive` then checks sizes and ratio.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from engine.data.archive import END, END64, END64_MAGIC, END_MAGIC, LOCATOR_MAGIC, MAX_COMMENT, damaged, opened
from engine.errors import N_, DataError
from engine.inference.pictures import MAX_BYTES

MAX_PICTURES = 100_000
MAX_UNPACKED = 4_000_000_000
"""Bytes of all pictures of an archive together."""
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENTRY = struct.Struct("<4s6H3L5H2L")
ENTRY_MAGIC = b"PK\x01\x02"
_LOCATOR_BYTES = 20


@contextmanager
def opened_pictures(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, checked whole before a member is read.

    Raises DataError for one with too many or too large members, a ratio of no picture, a password, another archive
    inside, a link, or a name that leads out of it.
    """
    refuse_crowd(path)
    with opened(path, max_members=MAX_PICTURES, max_unpacked=MAX_UNPACKED) as archive:
        packed = 0
        for info in archive.infolist():
            _refuse(path, info)
            packed += info.compress_size
        if packed > path.stat().st_size:
            raise damaged(path.name, N_("its members overlap"))
        yield archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The content of one member, which may have at most 50 MB. Raises DataError when it is damaged."""
    try:
        with archive.open(name) as member:
            content = member.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error) as error:
        raise damaged(name, str(error)) from error
    return content


def refuse_crowd(path: Path) -> None:
    """Raise DataError when the directory at the end of the archive has more entries than can be read."""
    with path.open("rb") as file:
        size, start = _directory(file, path)
        file.seek(start)
        place = count = 0
        while place + ENTRY.size <= size:
            head = file.read(ENTRY.size)
            if len(head) < ENTRY.size or not head.startswith(ENTRY_MAGIC):
                break
            fields = ENTRY.unpack(head)
            further = sum(fields[10:13])
            file.seek(further, os.SEEK_CUR)
            place, count = place + ENTRY.size + further, count + 1
            if count > MAX_PICTURES:
                raise DataError(
                    N_("{file} holds more than {limit} files; that is more than can be read at once."),
                    file=path.name,
                    limit=f"{MAX_PICTURES:,}",
                    kept=N_("Nothing of it was unpacked."),
                    remedy=N_("Take a random part of the pictures of each class, or bring them in several archives."),
                )


def _directory(stream: BinaryIO, path: Path) -> tuple[int, int]:
    """Bytes and start of the central directory, which ends where the end record begins."""
    whole = path.stat().st_size
    begin = max(0, whole - END.size - MAX_COMMENT - _LOCATOR_BYTES)
    stream.seek(begin)
    tail = stream.read()
    place = tail.rfind(END_MAGIC)
    if place < 0 or len(tail) - place < END.size:
        raise damaged(path.name, N_("it has no end record"))
    size, ends = int(END.unpack_from(tail, place)[5]), begin + place
    locator = place - _LOCATOR_BYTES
    if locator >= 0 and tail[locator : locator + 4] == LOCATOR_MAGIC:
        ends = begin + locator - END64.size
        stream.seek(max(0, ends))
        found = stream.read(END64.size)
        if len(found) == END64.size and found.startswith(END64_MAGIC):
            size = int(END64.unpack(found)[8])
    return size, max(0, ends - size)


def _refuse(path: Path, info: zipfile.ZipInfo) -> None:
    name = PurePosixPath(info.filename.replace("\\", "/"))
    if not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise _refused(path, info, N_("{file} names a file outside itself: “{name}”."))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refused(path, info, N_("{file} holds a link instead of a file: “{name}”."))
    if info.filename.lower().endswith(ARCHIVES):
        raise _refused(path, info, N_("{file} holds another archive: “{name}”. Unpack it first."))
    if info.compress_type not in METHODS:
        raise _refused(path, info, N_("{file} packs “{name}” in a way that is not read; use plain ZIP (deflate)."))


def _refused(path: Path, info: zipfile.ZipInfo, template: str) -> DataError:
    return DataError(template, file=path.name, name=info.filename[:200], kept=N_("Nothing of it was unpacked."))
