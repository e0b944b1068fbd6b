"""Real review text for benchmarks of training: how each clothing review opens.

The whole sentences from the start of a review (Women's E-Commerce Clothing Reviews, CC0) up to the one that reaches
twelve words, at most 96 tokens; the class is whether the customer recommends the piece, both classes alike in number.
About 25 tokens a text, as in the short reviews that most shops have.
"""

import json
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

LEAST_WORDS = 12
MOST_CHARACTERS = 400
LABELS = ("not recommended", "recommended")


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts and their class indices."""

    texts: list[str]
    targets: list[int]


@cache
def openings() -> Texts:
    """All different openings, balanced, in a fixed random order."""
    from engine.data.samples import write_sample

    with tempfile.TemporaryDirectory() as folder, write_sample("apparel_reviews", Path(folder)).open() as file:
        reviews = [json.loads(line) for line in file]
    known: dict[str, int] = {}
    for review in reviews:
        text = opening(review["text"])
        if len(text.split()) >= LEAST_WORDS and len(text) <= MOST_CHARACTERS:
            known.setdefault(text, LABELS.index(review["label"]))
    chance = np.random.default_rng(0)
    groups = [[text for text, target in known.items() if target == wanted] for wanted in range(len(LABELS))]
    size = min(map(len, groups))
    rows = [(group[i], target) for target, group in enumerate(groups) for i in chance.permutation(len(group))[:size]]
    order = chance.permutation(len(rows))
    return Texts([rows[i][0] for i in order], [rows[i][1] for i in order])


def opening(review: str) -> str:
    """Its first sentences, up to the one that reaches the least number of words."""
    said: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", review.replace("\r", " ").replace("\n", " ")):
        said.append(sentence)
        if len(" ".join(said).split()) >= LEAST_WORDS:
            break
    return " ".join(said)


def drawn(seed: int, train: int, validation: int, test: int) -> tuple[Texts, Texts, Texts]:
    """Disjoint parts, the same for the same seed. Raises ValueError when there are not as many rows."""
    whole = openings()
    if train + validation + test > len(whole.texts):
        raise ValueError(f"{train + validation + test} rows are wanted, and there are {len(whole.texts)}")
    order = np.random.default_rng([1, seed]).permutation(len(whole.texts))
    cuts = np.split(order, np.cumsum([train, validation, test]))[:3]
    train_part, validation_part, test_part = (
        Texts([whole.texts[i] for i in part], [whole.targets[i] for i in part]) for part in cuts
    )
    return train_part, validation_part, test_part
