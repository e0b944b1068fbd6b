"""Opens ZIP archives that people bring without trusting what they say of themselves.

The number of members is read from the end record before the directory is, so that a million names cost nothing. Sizes
are checked as declared, and Python's zipfile refuses a member that holds more than it declares when it is read.
Nothing is unpacked to a path taken from the archive.
"""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import N_, DataError

ZIP_MAGIC = b"PK\x03\x04"
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
END_MAGIC, LOCATOR_MAGIC, END64_MAGIC = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
MAX_COMMENT = 65_535
MAX_MEMBERS = 10_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 300
"""Unpacked bytes for each packed one, over the whole archive; text seldom passes 20."""
RATIO_FROM = 10_000_000
"""Smaller contents may be as repetitive as they like."""


@contextmanager
def opened(
    path: Path, *, max_members: int = MAX_MEMBERS, max_unpacked: int = MAX_UNPACKED
) -> Iterator[zipfile.ZipFile]:
    """The archive, checked. Raises DataError for one that is damaged, encrypted, or larger than it may be."""
    _refuse_many(path, count_members(path), max_members)
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_many(path, len(archive.infolist()), max_members)
            _refuse_large(path, archive, max_unpacked)
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError, struct.error) as error:
        raise damaged(path.name, str(error)) from error


def damaged(file_name: str, reason: str) -> DataError:
    """The error of an archive that cannot be read."""
    return DataError(
        N_("{file} is a damaged archive: {reason}."),
        file=file_name,
        reason=reason or N_("it ends too early"),
        remedy=N_("Make it anew, or copy it again, and bring it once more."),
    )


def count_members(path: Path) -> int:
    """How many members the end record declares. Raises DataError when there is none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - END.size - MAX_COMMENT - 20))
        tail = file.read()
        place = tail.rfind(END_MAGIC)
        if place < 0 or len(tail) - place < END.size:
            raise damaged(path.name, N_("it has no end record"))
        count: int = END.unpack_from(tail, place)[4]
        locator = place - 20
        if locator >= 0 and tail[locator : locator + 4] == LOCATOR_MAGIC:
            file.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
            found = file.read(END64.size)
            if len(found) == END64.size and found.startswith(END64_MAGIC):
                count = END64.unpack(found)[7]
    return count


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Plain files of the archive, without folders, links, and what operating systems add."""
    return [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and (info.external_attr >> 28) not in (0xA,)
        and not any(part.startswith((".", "__MACOSX")) for part in info.filename.split("/"))
    ]


def _refuse_many(path: Path, count: int, limit: int) -> None:
    if count > limit:
        raise DataError(
            N_("{file} holds {count} files; at most {limit} can be read."),
            file=path.name,
            count=f"{count:,}",
            limit=f"{limit:,}",
        )


def _refuse_large(path: Path, archive: zipfile.ZipFile, limit: int) -> None:
    infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise DataError(
            N_("{file} is protected by a password."),
            file=path.name,
            remedy=N_("Save it without a password and bring it again."),
        )
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos), path.stat().st_size)
    if unpacked > limit or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed):
        raise DataError(
            N_("{file} would unpack from {packed} MB to {unpacked} MB; it is too large, or made to fill memory."),
            file=path.name,
            packed=f"{packed / 1e6:,.1f}",
            unpacked=f"{unpacked / 1e6:,.0f}",
            remedy=N_("Leave out what is not needed, or bring the parts one by one."),
        )
