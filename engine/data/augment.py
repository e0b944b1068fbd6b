"""Altered copies of training texts, to learn from more than was brought.

words    swaps and deletions of EDA (Wei & Zou 2019, arXiv:1901.11196). Its synonym replacement and insertion need a
         thesaurus, which is not carried; of Chinese, neighbouring characters change places.
typos    one slip of the keyboard in a word: a neighbouring key, two letters changed, one left out or doubled
         (Belinkov & Bisk 2018, arXiv:1711.02173). Chinese characters change places or are left out.
back_translation    there and back by a translation model that a person names; see `engine.data.back_translation`.

Copies keep the label of their text, so strong changes make wrong labels. They are made of the training split only, are
the same for the same seed, and never equal a text that is there already or that the model is judged by.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import numpy as np

from engine.data.clean import normalise
from engine.errors import N_, InputError

WAYS = ("none", "words", "typos", "back_translation")
HAN = r"\u3400-\u9fff\uf900-\ufaff"
UNIT = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
"""A Chinese character, or what stands between blanks."""
WORD = re.compile(r"\w")
PLACEHOLDER = re.compile(r"\[[A-Z]+\]")
KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
TRIES = 3
"""Attempts at a copy that differs; short texts allow few."""
Draws = np.random.Generator
Translate = Callable[[Sequence[str]], list[str]]


class Settings(Protocol):
    """What a recipe's Config says about augmentation."""

    @property
    def augment(self) -> str:
        """One of WAYS."""

    @property
    def augment_copies(self) -> float:
        """Copies for each row; of a fraction, so many rows are drawn."""

    @property
    def augment_strength(self) -> float:
        """Share of the words of a text that change."""


def augment(
    texts: Sequence[str],
    targets: Sequence[int],
    settings: Settings,
    seed: int,
    *,
    avoid: Collection[str] = (),
    translate: Translate | None = None,
) -> tuple[list[str], list[int]]:
    """The texts and, after them, altered copies with the targets of their originals.

    No copy equals another text, or one in `avoid` (such as those of validation and test), once both are normalised.
    `translate` there and back is needed for back-translation. Raises InputError for an unknown way.
    """
    if settings.augment not in WAYS:
        raise InputError(
            N_("There is no augmentation “{way}”. Known: {known}."), way=settings.augment, known=", ".join(WAYS)
        )
    if settings.augment == "none" or not texts:
        return list(texts), list(targets)
    draws = np.random.default_rng([seed, len(texts)])
    places = _chosen(len(texts), settings.augment_copies, draws)
    copies = _copies([texts[place] for place in places], settings, draws, translate)
    seen = {normalise(text) for text in texts} | {normalise(text) for text in avoid}
    grown, kept = list(texts), list(targets)
    for place, attempts in zip(places, copies, strict=True):
        for copy in attempts:
            key = normalise(copy)
            if copy.strip() and key not in seen:
                seen.add(key)
                grown.append(copy)
                kept.append(targets[place])
                break
    return grown, kept


def _chosen(rows: int, copies: float, draws: Draws) -> list[int]:
    """Rows to copy: each as often as the whole part says, and a random part of them once more."""
    whole, rest = divmod(copies, 1)
    places = [place for _ in range(int(whole)) for place in range(rows)]
    return places + sorted(int(place) for place in draws.permutation(rows)[: round(rest * rows)])


def _copies(
    texts: Sequence[str], settings: Settings, draws: Draws, translate: Translate | None
) -> Sequence[Sequence[str]]:
    """Attempts at each copy, the first to be taken that will do."""
    if settings.augment == "back_translation":
        if translate is None:
            raise InputError(N_("Back-translation needs a translation model."))
        unlike = dict.fromkeys(texts)
        return _looked_up(texts, dict(zip(unlike, translate(list(unlike)), strict=True)))
    alter = alter_words if settings.augment == "words" else mistype
    return [[alter(text, settings.augment_strength, draws) for _ in range(TRIES)] for text in texts]


def _looked_up(texts: Sequence[str], known: dict[str, str]) -> list[list[str]]:
    return [[known[text]] for text in texts]


def alter_words(text: str, strength: float, draws: Draws) -> str:
    """Swap or leave out words: the share `strength` of them, at least one. One word of a text always stays."""
    units, gaps = _units(text)
    free = [place for place, unit in enumerate(units) if WORD.search(unit) and not PLACEHOLDER.fullmatch(unit)]
    if len(free) < 2:
        return text
    changes = max(1, round(strength * len(free)))
    if draws.random() < 0.5:
        gone = set(draws.choice(free, min(changes, len(free) - 1), replace=False).tolist())
        return _joined([("" if place in gone else unit) for place, unit in enumerate(units)], gaps)
    for _ in range(changes):
        one = int(draws.integers(len(free)))
        other = _partner(units, free, one, draws)
        units[free[one]], units[free[other]] = units[free[other]], units[free[one]]
    return _joined(units, gaps)


def _partner(units: Sequence[str], free: Sequence[int], one: int, draws: Draws) -> int:
    """What to change places with: of a Chinese character the next one, else any word."""
    if re.match(f"[{HAN}]", units[free[one]]):
        return one + 1 if one + 1 < len(free) else one - 1
    return int((one + 1 + draws.integers(len(free) - 1)) % len(free))


def mistype(text: str, strength: float, draws: Draws) -> str:
    """One slip in the share `strength` of the words of three letters and more, at least in one of them."""
    units, gaps = _units(text)
    free = [p for p, unit in enumerate(units) if not PLACEHOLDER.fullmatch(unit) and (len(unit) > 2 or _is_han(unit))]
    if not free:
        return text
    for place in draws.choice(free, min(len(free), max(1, round(strength * len(free)))), replace=False).tolist():
        if _is_han(units[place]):
            _slip_chinese(units, place, draws)
        else:
            units[place] = _slip(units[place], draws)
    return _joined(units, gaps)


def _slip_chinese(units: list[str], place: int, draws: Draws) -> None:
    if place + 1 < len(units) and _is_han(units[place + 1]) and draws.random() < 0.5:
        units[place], units[place + 1] = units[place + 1], units[place]
    elif sum(map(bool, units)) > 1:
        units[place] = ""


def _slip(word: str, draws: Draws) -> str:
    """A neighbouring key, two letters changed, one left out or doubled; the first letter stays."""
    at = int(draws.integers(1, len(word)))
    slip = int(draws.integers(4))
    if slip == 0:
        return word[:at] + neighbour(word[at], draws) + word[at + 1 :]
    if slip == 1 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 2:
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + word[at:]


def neighbour(key: str, draws: Draws) -> str:
    """A key beside or above this one on a QWERTY keyboard, in its case; what is not on it stays."""
    lower = key.lower()
    for number, row in enumerate(KEYBOARD):
        if lower in row:
            at = row.index(lower)
            near = [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
            near += [other[at] for other in KEYBOARD[max(0, number - 1) : number] if at < len(other)]
            found = near[int(draws.integers(len(near)))]
            return found.upper() if key.isupper() else found
    return key


def _is_han(unit: str) -> bool:
    return len(unit) == 1 and bool(re.match(f"[{HAN}]", unit))


def _units(text: str) -> tuple[list[str], list[str]]:
    """The words or characters, and what stands before each; the end of the text is the last gap."""
    units, gaps, end = [], [], 0
    for match in UNIT.finditer(text):
        units.append(match[0])
        gaps.append(text[end : match.start()])
        end = match.end()
    return units, [*gaps, text[end:]]


def _joined(units: Sequence[str], gaps: Sequence[str]) -> str:
    """The text again; a word left out takes the gap before it along."""
    pieces = [gap + unit for gap, unit in zip(gaps, units, strict=False) if unit]
    return ("".join(pieces) + gaps[-1]).strip()
