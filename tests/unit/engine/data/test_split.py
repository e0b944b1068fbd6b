from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.split import split_rows
from engine.errors import DataError


def test_golden_split() -> None:
    """Written down once from numpy 2.4's PCG64: the same seed must give the same split for ever."""
    letters = {"train": "t", "validation": "v", "test": "e"}
    assert "".join(letters[split] for split in split_rows(["a", "b"] * 10, seed=0)) == "ttttevtevtttveettttv"


def test_a_hundred_rows_are_divided_70_15_15() -> None:
    assert Counter(split_rows(["a"] * 100, 1)) == {"train": 70, "validation": 15, "test": 15}


@settings(max_examples=60)
@given(
    counts=st.lists(st.integers(3, 60), min_size=1, max_size=6),
    seed=st.integers(0, 2**31),
    fractions=st.sampled_from([(0.7, 0.15, 0.15), (0.5, 0.25, 0.25), (0.1, 0.45, 0.45), (0.98, 0.01, 0.01)]),
)
def test_every_class_is_in_every_split(counts: list[int], seed: int, fractions: tuple[float, float, float]) -> None:
    labels = [f"class {i}" for i, n in enumerate(counts) for _ in range(n)]
    splits = split_rows(labels, seed, fractions)
    assert splits == split_rows(labels, seed, fractions)
    found = Counter(zip(labels, splits, strict=True))
    for i, n in enumerate(counts):
        parts = [found[f"class {i}", split] for split in ("train", "validation", "test")]
        assert sum(parts) == n
        assert min(parts) >= 1
        assert all(abs(part - n * share) <= 2 for part, share in zip(parts, fractions, strict=True))


def test_another_seed_gives_another_split() -> None:
    assert split_rows(["a"] * 50, 1) != split_rows(["a"] * 50, 2)


def test_rare_classes_are_named() -> None:
    with pytest.raises(DataError, match=r"needs 3 different examples.*with fewer \(1\): “b” \(2\)"):
        split_rows(["a", "a", "a", "b", "b"], 0)


@pytest.mark.parametrize("fractions", [(0.7, 0.3, 0.0), (0.7, 0.2, 0.2), (1.2, -0.1, -0.1)])
def test_fractions_are_checked(fractions: tuple[float, float, float]) -> None:
    with pytest.raises(DataError, match="add up to 1"):
        split_rows(["a"] * 10, 0, fractions)
