"""Which ideas a document concerns: by the words that it shares with what is written of an idea.

The probability is n / (n + 2) of n shared words that are not common ones; it orders links and was not calibrated. A
document and an idea in different languages share no words, so that such a link is a person's to make.
"""

import re
from collections.abc import Mapping
from functools import cache

import yaml

from engine.market.vocabulary import FOLDER

ENOUGH = 2
"""Shared words from which a link is made; one alone links too much."""
READ_CHARACTERS = 2_000
_WORD = re.compile(r"[a-z][a-z0-9-]{3,}")
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")


def shared_words(text: str, idea: str) -> set[str]:
    """Words, or in Chinese pairs of characters, that stand in both and are not common ones."""
    return _content(text[:READ_CHARACTERS]) & _content(idea)


def links(text: str, ideas: Mapping[int, str]) -> list[tuple[int, float]]:
    """Ideas that a text concerns, each with its probability, likeliest first."""
    counted = ((key, len(shared_words(text, idea))) for key, idea in ideas.items())
    found = [(key, count / (count + ENOUGH)) for key, count in counted if count >= ENOUGH]
    return sorted(found, key=lambda pair: -pair[1])


@cache
def _common() -> frozenset[str]:
    found = yaml.safe_load((FOLDER / "common.yml").read_text("utf-8"))
    return frozenset(str(word) for words in found.values() for word in words)


def _content(text: str) -> set[str]:
    lower = text.lower()
    words = {_stem(word) for word in _WORD.findall(lower)}
    pairs = {run[i : i + 2] for run in _CHINESE.findall(lower) for i in range(len(run) - 1)}
    return (words | pairs) - _common()


def _stem(word: str) -> str:
    """Without the plural's ending; nothing finer."""
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 4 else word
