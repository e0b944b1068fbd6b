"""Archives that are made to do harm are refused before anything of them is unpacked."""

import io
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data.archive import END, END_MAGIC
from engine.data.images import zipped
from engine.data.images.prepare import prepare_pictures
from engine.data.images.sources import holds_pictures
from engine.data.images.zipped import ENTRY, ENTRY_MAGIC
from engine.errors import DataError
from tests.unit.engine.data.images.material import encoded, pack, shape, shapes


def million(path: Path, declared: int) -> Path:
    """An archive whose directory names a million empty files, and whose end record declares some number."""
    entry = ENTRY.pack(ENTRY_MAGIC, 20, 20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0) + b"a.png"
    directory = entry * 1_000_000
    path.write_bytes(b"PK\x03\x04" + directory + END.pack(END_MAGIC, 0, 0, declared, declared, len(directory), 4, 0))
    return path


@pytest.mark.parametrize("declared", [65_535, 3], ids=["declared", "hidden"])
def test_a_million_files_cost_a_moment(tmp_path: Path, declared: int) -> None:
    path = million(tmp_path / "million.zip", declared)
    begun = time.process_time()
    with pytest.raises(DataError, match="more than 100,000 files"):
        holds_pictures(path)
    assert time.process_time() - begun < 2
    with pytest.raises(DataError, match="more than 100,000 files"):
        prepare_pictures(path, tmp_path, name="x")


def _renamed(name: str) -> Callable[[Path], Path]:
    return lambda path: pack(path, shapes(3) | {name: encoded(shape("ring", 9))})


def _link(path: Path) -> Path:
    pack(path, shapes(3))
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("ring/link.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return path


def _bomb(path: Path) -> Path:
    return pack(path, shapes(3) | {"ring/zeros.bmp": bytes(40_000_000)})


def _locked(path: Path) -> Path:
    """The flag of encryption set on a member, in both of its headers."""
    content = bytearray(pack(path, {"a/b.png": b"x"}).read_bytes())
    content[6] |= 1
    content[content.find(ENTRY_MAGIC) + 8] |= 1
    path.write_bytes(bytes(content))
    return path


def _otherwise_packed(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a/b.png", b"x" * 100)
    return path


def _cut(path: Path) -> Path:
    content = pack(path, shapes(3)).read_bytes()
    path.write_bytes(content[:-30])
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_renamed("../../out.png"), "names a file outside itself"),
        (_renamed("/abs.png"), "names a file outside itself"),
        (_renamed("a\\..\\..\\b.png"), "names a file outside itself"),
        (_renamed("C:/b.png"), "names a file outside itself"),
        (_renamed("ring/more.zip"), "holds another archive"),
        (_link, "holds a link"),
        (_bomb, "would unpack from"),
        (_locked, "protected by a password"),
        (_otherwise_packed, "in a way that is not read"),
        (_cut, "damaged archive"),
    ],
)
def test_it_is_refused_whole(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    path = make(tmp_path / "x.zip")
    with pytest.raises(DataError, match=said):
        prepare_pictures(path, tmp_path / "home", name="x")
    assert not list((tmp_path / "home").rglob("*.png"))
    assert not (tmp_path / "out.png").exists()


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    """One compressed part that many entries point at (Fifield, "A better zip bomb", 2019)."""
    content = pack(tmp_path / "one.zip", {"ring/a.png": encoded(shape("ring", 1, 200))}).read_bytes()
    end = content.rfind(END_MAGIC)
    size, start = struct.unpack_from("<LL", content, end + 12)
    entry = content[start : start + size]
    directory = entry * 50
    record = END.pack(END_MAGIC, 0, 0, 50, 50, len(directory), start, 0)
    path = tmp_path / "overlap.zip"
    path.write_bytes(content[:start] + directory + record)
    with pytest.raises(DataError, match="overlap"):
        prepare_pictures(path, tmp_path, name="x")


def test_a_member_that_holds_more_than_it_says_is_one_bad_picture(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", shapes(6))
    content = bytearray(path.read_bytes())
    place = content.find(ENTRY_MAGIC)
    struct.pack_into("<L", content, place + 24, 10)
    path.write_bytes(bytes(content))
    assert prepare_pictures(path, tmp_path, name="x").profile.missing_text == 1


def test_workbooks_and_tables_hold_no_examples(tmp_path: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/media/logo.png", b"x")
    (tmp_path / "a.xlsx").write_bytes(book.getvalue())
    assert not holds_pictures(tmp_path / "a.xlsx")
    assert not holds_pictures(pack(tmp_path / "t.zip", {"data.parquet": b"x", "images/a.png": b"x"}))
    assert holds_pictures(pack(tmp_path / "p.zip", shapes(1)))
    assert zipped.MAX_PICTURES == 100_000
