"""A source of pictures before anything is stored: what its names say, and a few of its pictures."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.images.sources import Named, open_pictures
from engine.data.images.thumbs import thumbnail
from engine.errors import DataError

SHOWN = 12
"""Pictures that are decoded to be looked at."""


@dataclass(frozen=True, slots=True)
class PicturesSeen:
    """What a person confirms before it is prepared."""

    file_name: str
    format: str
    pictures: int
    classes: Mapping[str, int]
    """Pictures by label, largest first."""
    unlabelled: int
    other: int
    """Files that are no pictures."""
    label_column: str
    examples: Sequence[tuple[str, bytes]]
    """(label, file) of a few readable pictures, small."""
    faults: Sequence[str]
    """What was wrong with those of the looked-at pictures that cannot be read."""

    def as_dict(self) -> dict[str, Any]:
        """JSON form, pictures in base64."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return values | {"examples": [[label, base64.b64encode(file).decode()] for label, file in self.examples]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "PicturesSeen":
        """Read the JSON form back."""
        examples = [(label, base64.b64decode(file)) for label, file in stored["examples"]]
        return cls(**{**stored, "examples": examples})


def look_at(path: Path) -> PicturesSeen:
    """List a source and decode a few of its pictures. Raises DataError."""
    with open_pictures(path) as pictures:
        labels = Counter(one.label for one in pictures.named)
        unlabelled = labels.pop("", 0)
        examples, faults = [], []
        for one in _spread(pictures.named):
            try:
                examples.append((one.label, thumbnail(pictures.read(one.name), one.name)))
            except DataError as error:
                faults.append(str(error))
        return PicturesSeen(
            pictures.file_name,
            pictures.format,
            len(pictures.named),
            dict(labels.most_common()),
            unlabelled,
            pictures.other,
            pictures.label_column,
            examples,
            faults,
        )


def _spread(named: Sequence[Named]) -> list[Named]:
    """Up to twelve pictures, of as many classes as there are."""
    by_label: dict[str, list[Named]] = {}
    for one in named:
        by_label.setdefault(one.label, []).append(one)
    turns = [[found[turn] for found in by_label.values() if turn < len(found)] for turn in range(SHOWN)]
    return [one for turn in turns for one in turn][:SHOWN]
