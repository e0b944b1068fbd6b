"""Which documents say the same: MinHash over shingles (Broder, 1997), of words or, in Chinese, of characters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
SEED = 1
SAME = 0.5
"""Likeness (estimated Jaccard index of the shingles) from which two documents are one signal.

An agency's report that several papers shorten and retitle keeps about half of its shingles.
"""
WORDS, CHARACTERS = 2, 3
SHINGLED_CHARACTERS = 5_000
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"\w+")


def shingles(text: str) -> set[str]:
    """Two words in a row, or three characters in a row where a fifth of the letters are Chinese."""
    plain = text[:SHINGLED_CHARACTERS].lower()
    letters = [character for character in plain if character.isalnum()]
    if len(_CHINESE.findall(plain)) > len(letters) / 5:
        joined = "".join(letters)
        return {joined[i : i + CHARACTERS] for i in range(max(1, len(joined) - CHARACTERS + 1))}
    words = _WORD.findall(plain)
    return {" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))}


def signature(text: str) -> list[int]:
    """The MinHash of a text, as it is stored."""
    return [int(value) for value in _minhash(shingles(text)).hashvalues]


def _minhash(parts: Iterable[str]) -> "MinHash":
    from datasketch import MinHash

    made = MinHash(num_perm=PERMUTATIONS, seed=SEED)
    made.update_batch([part.encode() for part in parts])
    return made


def nearest(own: Sequence[int], others: Iterable[tuple[int, Sequence[int]]]) -> tuple[int | None, float]:
    """The likest of the others and how like it is; (None, 0) when there are none. The first of equals wins."""
    best: tuple[int | None, float] = (None, 0.0)
    for key, likeness in _likenesses(own, others):
        if likeness > best[1]:
            best = (key, likeness)
    return best


def _likenesses(own: Sequence[int], others: Iterable[tuple[int, Sequence[int]]]) -> Iterator[tuple[int, float]]:
    for key, other in others:
        yield key, sum(a == b for a, b in zip(own, other, strict=True)) / len(own)
