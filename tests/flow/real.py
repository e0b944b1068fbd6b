"""A small data set that a model can learn, and settings under which a run takes seconds."""

import csv
import random
from pathlib import Path
from typing import Any

GOOD = ("great", "lovely", "excellent", "wonderful", "superb")
BAD = ("awful", "terrible", "poor", "horrible", "broken")
THINGS = ("phone", "case", "charger", "film", "coffee", "jacket", "lamp", "kettle", "chair", "book")
SHORT_LORA: dict[str, Any] = {
    "max_steps": 24,
    "checkpoint_every": 4,
    "batch_size": 8,
    "max_length": 32,
    "precision": "fp32",
    "patience": 0,
}
"""About ten seconds of training on one thread, with a checkpoint every second or two."""


def write_reviews(path: Path, rows: int = 150) -> Path:
    """Reviews whose class a word tells, in two classes."""
    chance = random.Random(5)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label"))
        for number in range(rows):
            word = chance.choice(GOOD if number % 2 else BAD)
            text = f"This {chance.choice(THINGS)} is {word}, I bought number {number} last week."
            writer.writerow((text, "positive" if number % 2 else "negative"))
    return path
