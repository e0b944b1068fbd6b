import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.recorder import DiskFull
from engine.training import checkpoints


def _write(text: str = "weights") -> Callable[[Path], None]:
    return lambda folder: [(folder / name).write_text(text) for name in ("a.bin", "b.bin")] and None


def test_the_newest_two_are_kept(tmp_path: Path) -> None:
    for step in (5, 10, 100):
        checkpoints.save(tmp_path, step, _write())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-100"]
    newest = checkpoints.latest(tmp_path)
    assert newest is not None
    assert newest.step == 100


def test_there_may_be_none(tmp_path: Path) -> None:
    assert checkpoints.latest(tmp_path) is None
    assert checkpoints.latest(tmp_path / "missing") is None


@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "contents", "no contents"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, damage: str) -> None:
    for step in (5, 10):
        checkpoints.save(tmp_path, step, _write())
    victim = tmp_path / "checkpoint-10" / ("contents.json" if "contents" in damage else "a.bin")
    if damage in ("missing", "no contents"):
        victim.unlink()
    elif damage == "changed":
        victim.write_text("Weights")
    else:
        victim.write_bytes(victim.read_bytes()[:-3])
    newest = checkpoints.latest(tmp_path)
    assert newest is not None
    assert newest.step == 5
    checkpoints.save(tmp_path, 10, _write())
    again = checkpoints.latest(tmp_path)
    assert again is not None
    assert again.step == 10


def test_a_partial_checkpoint_is_no_checkpoint(tmp_path: Path) -> None:
    checkpoints.save(tmp_path, 5, _write())
    (tmp_path / "checkpoint-5").rename(tmp_path / "checkpoint-9.partial")
    assert checkpoints.latest(tmp_path) is None


def test_a_full_disk_leaves_the_older_ones(tmp_path: Path) -> None:
    checkpoints.save(tmp_path, 5, _write())

    def write(folder: Path) -> None:
        (folder / "a.bin").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        checkpoints.save(tmp_path, 10, write)
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint-5"]
