"""A file of made-up reviews that words alone can learn: for tests of the way from a file to a model."""

import csv
import random
from pathlib import Path

WORDS = {
    "praise": ("lovely", "perfect", "great"),
    "complaint": ("broken", "late", "awful"),
    "question": ("how", "when", "where"),
}


def write_reviews(path: Path, rows: int = 240, unlabelled: int = 0) -> Path:
    """Write a CSV with the columns text and label, the same for the same numbers of rows; returns its path."""
    generator = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for number in range(rows):
            label = generator.choice(sorted(WORDS))
            said = " ".join(generator.choices(WORDS[label], k=3))
            writer.writerow([f"{said} parcel {number} {generator.randint(0, 999)}", label])
        for number in range(unlabelled):
            writer.writerow([f"{generator.choice(WORDS[generator.choice(sorted(WORDS))])} unread {number}", ""])
    return path
