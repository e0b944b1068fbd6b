"""Checkpoints that are whole or absent. Standard library only; knows nothing of what is in them.

    checkpoints/checkpoint-<step>/       a whole checkpoint: its files and contents.json (size and sha256 of each)
    checkpoints/checkpoint-<step>.partial/   one that is being written, or was when the process died

A checkpoint is written beside, forced onto the disk and then renamed. One that does not match its contents.json
(torn by a power cut, edited) is passed over for the one before it.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.inference.files import flush, sha256_of, writing

CONTENTS_FILE = "contents.json"
KEPT = 2
_NAME = re.compile(r"checkpoint-(\d+)")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A whole checkpoint."""

    path: Path
    step: int


def save(folder: Path, step: int, write: Callable[[Path], None], kept: int = KEPT) -> Checkpoint:
    """Write the checkpoint of a step with `write(folder to fill)` and drop all but the newest `kept`.

    Raises DiskFull, with nothing of the new checkpoint left and the older ones untouched.
    """
    path = folder / f"checkpoint-{step}"
    partial = path.with_name(path.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with writing(path):
            partial.mkdir(parents=True)
            write(partial)
            _write_contents(partial, step)
            flush(partial)
            shutil.rmtree(path, ignore_errors=True)
            partial.rename(path)
            _flush_names(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    for old in _steps(folder)[kept:]:
        shutil.rmtree(folder / f"checkpoint-{old}", ignore_errors=True)
    return Checkpoint(path, step)


def latest(folder: Path) -> Checkpoint | None:
    """The newest checkpoint that is as its contents.json says, or None."""
    for step in _steps(folder):
        path = folder / f"checkpoint-{step}"
        if _is_whole(path, step):
            return Checkpoint(path, step)
    return None


def _steps(folder: Path) -> list[int]:
    """Steps of the checkpoint folders, newest first."""
    names = [_NAME.fullmatch(p.name) for p in folder.iterdir()] if folder.is_dir() else []
    return sorted((int(name[1]) for name in names if name), reverse=True)


def _write_contents(folder: Path, step: int) -> None:
    files = {p.name: {"bytes": p.stat().st_size, "sha256": sha256_of(p)} for p in sorted(folder.iterdir())}
    (folder / CONTENTS_FILE).write_text(json.dumps({"step": step, "files": files}, indent=1))


def _is_whole(folder: Path, step: int) -> bool:
    try:
        contents = json.loads((folder / CONTENTS_FILE).read_text())
        return bool(contents["step"] == step) and all(
            (folder / name).stat().st_size == stored["bytes"] and sha256_of(folder / name) == stored["sha256"]
            for name, stored in contents["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _flush_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
