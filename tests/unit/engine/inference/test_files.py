"""Files are whole or absent, also when the disk is full."""

import errno
from pathlib import Path

import pytest

from engine.errors import StoredFileError
from engine.inference.files import place, whole_folder, write_whole, writing
from engine.recorder import DiskFull


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "made") as partial:
        (partial / "a").write_text("1")
        assert not (tmp_path / "made").exists()
    assert (tmp_path / "made" / "a").read_text() == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["made"]


def test_a_folder_whose_making_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "made") as partial:
        (partial / "a").write_text("1")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_the_first_of_two_makers_wins(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "made") as slow:
        (slow / "a").write_text("slow")
        with whole_folder(tmp_path / "made") as fast:
            (fast / "a").write_text("fast")
    assert (tmp_path / "made" / "a").read_text() == "fast"


def test_a_full_disk_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="The disk is full"), writing(tmp_path / "x"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(DiskFull):
        Path("/dev/full").exists() and _fill(tmp_path)


def _fill(folder: Path) -> None:
    with writing(folder / "x"), Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"1")


def test_another_fault_names_file_and_reason(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match=r"nowhere/x cannot be written: No such file"):
        write_whole(tmp_path / "nowhere" / "x", b"1")


def test_placing_links_and_replaces(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_text("new")
    target.write_text("old")
    place(source, target)
    assert target.read_text() == "new"
    source.unlink()
    assert target.read_text() == "new"
