"""The words that a first reading goes by, one file a language in `words/`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from engine.errors import N_, UnknownName

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("en", "zh")
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts which of its groups' words a text holds."""

    groups: Mapping[str, re.Pattern[str]]

    def count(self, text: str) -> dict[str, int]:
        """How many different words of each group the text holds."""
        lower = text.lower()
        return {name: len(set(pattern.findall(lower))) for name, pattern in self.groups.items()}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All groups of one language."""

    dimensions: Counter
    direction: Counter
    sentiment: Counter
    regions: Counter
    horizon: Counter
    impact: Counter
    topics: Counter


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language. Raises UnknownName for one that has none."""
    if language not in LANGUAGES:
        raise UnknownName(N_("language"), language, list(LANGUAGES))
    found = yaml.safe_load((FOLDER / f"{language}.yml").read_text("utf-8"))
    whole = language == "en"
    return Vocabulary(**{part: Counter({name: _any_of(words, whole) for name, words in groups.items()})
                         for part, groups in found.items()})  # fmt: skip


def topics() -> list[str]:
    """The closed list of topics, and `other`."""
    return [*vocabulary("en").topics.groups, OTHER]


def _any_of(words: Sequence[str], whole: bool) -> re.Pattern[str]:
    if not whole:
        return re.compile("|".join(re.escape(str(word)) for word in sorted(map(str, words), key=len, reverse=True)))
    forms = [re.escape(str(word).rstrip("*")) + (r"\w*" if str(word).endswith("*") else "") for word in words]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?![\w-])")
