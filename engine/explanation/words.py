"""A text cut into the units that an explanation speaks of: words, or characters where no spaces part words.

Joined in order, the units and what stands between them are the text again, letter for letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""Start and end of a piece of text, in characters; the end is not in it."""
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters, as the inside of a regular expression's brackets."""
_UNIT = re.compile(f"[{UNSPACED}]|(?:(?![{UNSPACED}])\\w)+(?:['’](?:(?![{UNSPACED}])\\w)+)*|[^\\w\\s]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Units:
    """Places in a text that are left out, or coloured, one at a time."""

    text: str
    spans: tuple[Span, ...]
    """In order, never overlapping."""
    words_each: int = 1
    """How many words a span holds at most: more than 1 in a long text."""
    read: int = 0
    """How many words the spans cover together."""
    words: int = 0
    """How many words the whole text has."""

    def without(self, place: int) -> str:
        """The text with one span taken out and the spaces around it made one."""
        start, end = self.spans[place]
        before, after = self.text[:start], self.text[end:]
        if before[-1:].isspace() and (after[:1].isspace() or not after):
            before = before.rstrip()
        return (before + after).strip() if not before else before + after


def word_spans(text: str) -> list[Span]:
    """Where words stand: runs of letters and digits, single characters of unspaced scripts, runs of signs."""
    return [found.span() for found in _UNIT.finditer(text)]


def unspaced(text: str) -> bool:
    """Whether a text holds characters of scripts that do not part words by spaces."""
    return _UNSPACED.search(text) is not None


def units(text: str, most: int, longest: int) -> Units:
    """At most `most` units over the first `longest` words of a text; in a longer one neighbours stand together."""
    found = word_spans(text)
    taken = found[:longest]
    each = max(1, -(-len(taken) // max(1, most)))
    spans = tuple((group[0][0], group[-1][1]) for group in _groups(taken, each))
    return Units(text, spans, each, len(taken), len(found))


def _groups(spans: Sequence[Span], size: int) -> list[Sequence[Span]]:
    return [spans[start : start + size] for start in range(0, len(spans), size)]
