"""Output of frozen layers: computed once, continued where it was cut off, kept within a bound."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.recorder import FileRecorder
from engine.training import features
from engine.training.features import DONE_FILE, FOLDER, Store
from engine.training.stop import StopRun


class Tokens:
    """Rows of numbers; the lower half doubles them. Counts the batches that it has computed."""

    description: Mapping[str, Any] = {"name": "tokens", "sha256": "0" * 64}

    def __init__(self) -> None:
        self.batches = 0

    def lengths(self, rows: Sequence[Any]) -> list[int]:
        return [len(row["numbers"]) for row in rows]

    def shape(self, row: Any) -> tuple[int, ...]:
        return len(row["numbers"]), 1

    def collate(self, rows: Sequence[Any]) -> Mapping[str, Any]:
        import torch

        longest = max(self.lengths(rows))
        padded = [[*row["numbers"], *[0] * (longest - len(row["numbers"]))] for row in rows]
        return {"numbers": torch.tensor(padded, dtype=torch.float32).unsqueeze(2), "labels": torch.zeros(len(rows))}

    def lower(self, numbers: Any) -> Any:
        self.batches += 1
        return 2.0 * numbers


class Stops(FileRecorder):
    """Asks for a stop after some looks."""

    looks = 5

    def stop_requested(self) -> str | None:
        self.looks -= 1
        return "person" if self.looks <= 0 else None


ROWS = [{"numbers": list(range(i % 7 + 1)), "labels": 0} for i in range(200)]


def _compute(cache: Path, key: str = "a" * 64, recorder: Any = None, limit: int = 10**6, **changes: Any) -> Any:
    tokens: Any = Tokens()
    store = Store(cache, limit, recorder or FileRecorder(cache))
    found = store.features(tokens, tokens, changes.get("rows", ROWS), key, changes.get("precision", "fp32"))
    return found, tokens.batches


def test_each_row_is_found_without_its_padding_and_computed_once(tmp_path: Path) -> None:
    found, batches = _compute(tmp_path)
    assert batches == 7
    for place, row in enumerate(ROWS):
        assert np.array_equal(found[place], 2 * np.array(row["numbers"], dtype=np.float32)[:, None])
    again, batches = _compute(tmp_path)
    assert batches == 0
    assert np.array_equal(again.numbers, found.numbers)


def test_stopped_it_goes_on_with_the_next_batch(tmp_path: Path) -> None:
    with pytest.raises(StopRun):
        _compute(tmp_path, recorder=Stops(tmp_path))
    done = int((tmp_path / FOLDER / ("a" * 64 + ".partial") / DONE_FILE).read_text())
    assert 0 < done < 7
    found, batches = _compute(tmp_path)
    assert batches == 7 - done
    whole, _ = _compute(tmp_path, key="b" * 64)
    assert np.array_equal(found.numbers, whole.numbers)


def test_what_is_beyond_the_bound_is_refused_before_it_is_computed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="would take 1 MB on disk, and 0 MB are allowed"):
        _compute(tmp_path, limit=1000)
    assert not [p for p in (tmp_path / FOLDER).iterdir() if p.is_dir()]


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    size = _compute(tmp_path, key="a")[0].layout.bytes
    _compute(tmp_path, key="b")
    os.utime(tmp_path / FOLDER / "a", (1, 1))
    _compute(tmp_path, key="c", limit=2 * size)
    assert {p.name for p in (tmp_path / FOLDER).iterdir() if p.is_dir()} == {"b", "c"}


def test_numbers_beyond_sixteen_bits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="beyond what 16 bits hold"):
        _compute(tmp_path, rows=[{"numbers": [1, 40_000], "labels": 0}], precision="bf16")


def test_a_key_names_all_that_decides() -> None:
    tokens: Any = Tokens()
    keys = {
        features.key_of(tokens, depth, inputs, lengths, precision)  # type: ignore[arg-type]
        for depth in (1, 2)
        for inputs in (["one", "two"], ["two", "one"], [b"one"])
        for lengths in ([3, 3], [3, 4])
        for precision in ("fp32", "bf16")
    }
    assert len(keys) == 24
