"""A first reading of a document: what it is about and what it may mean, each with how sure that is.

By counted words alone. The probabilities are shares of counted words with a little added to each choice; they order
signals and were not calibrated. Whatever a person corrects counts instead.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.data.language import detect_language
from engine.market.headlines import DIMENSIONS
from engine.market.vocabulary import LANGUAGES, OTHER, Vocabulary, vocabulary

DIRECTIONS = ("opportunity", "threat")
SENTIMENTS = ("positive", "neutral", "negative")
REGIONS = ("EU", "US", "China", OTHER)
HORIZONS = ("now", "next", "later")
"""Within a year, in one to three years, after that."""
IMPACTS = ("high", "medium", "low")
READ_CHARACTERS = 1_500
"""From the start: what is new stands there, and the rest is background."""
CLASSIFIED_CHARACTERS = 300
PRIOR: Mapping[str, float] = {"none": 1.0, "technology": 0.3, "market": 0.3, "policy": 0.3}
"""Added to the counts: a document without any of the words is about none of the three."""
FIELDS = ("dimension", "topic", "direction", "sentiment", "region", "horizon", "impact")
_YEAR = re.compile(r"\b(20\d\d)\b")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list, and the probability of each."""

    value: str
    shares: Mapping[str, float]

    @property
    def p(self) -> float:
        """Of the value itself."""
        return self.shares.get(self.value, 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document says, field by field."""

    language: str
    fields: Mapping[str, Choice]
    """By the names in FIELDS."""

    def as_dict(self) -> dict[str, Any]:
        """JSON form: value, probability, and the shares of all choices."""
        return {name: {"value": c.value, "p": c.p, "shares": dict(c.shares)} for name, c in self.fields.items()}


def language_of(text: str) -> str:
    """en or zh; what is neither is read as English."""
    found = detect_language([text])
    return found if found in LANGUAGES else "en"


def classified_text(title: str, text: str) -> str:
    """What a classifier is given: the title, and the beginning of a text that does not itself begin with it."""
    rest = text.removeprefix(title).strip()
    return f"{title}\n{rest[:CLASSIFIED_CHARACTERS]}".strip() if rest else title


def read(title: str, text: str, year: int, dimension: Mapping[str, float] | None = None) -> Reading:
    """Read a document. `dimension` are the shares of a classifier, where one was asked; else words decide."""
    whole = f"{title}\n{text[:READ_CHARACTERS]}"
    language = language_of(whole)
    words = vocabulary(language)
    shares = dimension or dimension_shares(words, title, whole)
    return Reading(
        language,
        {
            "dimension": _first(shares),
            "topic": _first(_topic(words, title, whole)),
            "direction": _first(_shares(words.direction.count(whole), DIRECTIONS, 1.0)),
            "sentiment": _first(_sentiment(words, whole)),
            "region": _first(_shares(words.regions.count(whole), REGIONS, {OTHER: 0.5}, 0.1)),
            "horizon": _first(_horizon(words, whole, year)),
            "impact": _first(_shares(words.impact.count(whole), IMPACTS, {"medium": 1.0}, 0.5)),
        },
    )


def dimension_shares(words: Vocabulary, title: str, whole: str) -> dict[str, float]:
    """Shares by counted words; those of the title count twice."""
    counts, again = words.dimensions.count(whole), words.dimensions.count(title)
    return _shares({name: counts[name] + again[name] for name in counts}, DIMENSIONS, PRIOR)


def _topic(words: Vocabulary, title: str, whole: str) -> dict[str, float]:
    counts, again = words.topics.count(whole), words.topics.count(title)
    both = {name: counts[name] + again[name] for name in counts}
    return _shares(both, [*both, OTHER], {OTHER: 0.5}, 0.02)


def _sentiment(words: Vocabulary, whole: str) -> dict[str, float]:
    return _shares(words.sentiment.count(whole), SENTIMENTS, {"neutral": 1.0}, 0.3)


def _horizon(words: Vocabulary, whole: str, year: int) -> dict[str, float]:
    counts = words.horizon.count(whole)
    ahead = [int(found) - year for found in _YEAR.findall(whole)]
    counts["next"] += sum(1 <= distance <= 3 for distance in ahead)
    counts["later"] += 2 * sum(distance > 3 for distance in ahead)
    return _shares(counts, HORIZONS, {"now": 1.0}, 0.5)


def _shares(
    counts: Mapping[str, int], names: Sequence[str], added: float | Mapping[str, float], else_added: float = 0.3
) -> dict[str, float]:
    """Counts with something added to each, over their sum."""
    weights = {
        name: counts.get(name, 0) + (added if isinstance(added, float) else added.get(name, else_added))
        for name in names
    }
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _first(shares: Mapping[str, float]) -> Choice:
    return Choice(max(shares, key=lambda name: shares[name]), shares)
