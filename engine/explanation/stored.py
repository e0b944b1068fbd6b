"""What a finished run leaves of its explained examples.

explanations.json   [{row, true, explanations: [...]}], the most confident mistakes first, then right answers
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import N_, StoredFileError
from engine.explanation.results import Explanation, explanation_from
from engine.inference.files import write_whole

EXPLANATIONS_FILE = "explanations.json"


@dataclass(frozen=True, slots=True)
class Example:
    """One evaluated row and why the model answers it so."""

    row: int
    true: str
    explanations: tuple[Explanation, ...]

    @property
    def answer(self) -> str:
        """What the model says."""
        return self.explanations[0].label

    @property
    def mistaken(self) -> bool:
        """Whether that is wrong."""
        return self.answer != self.true


def write_examples(folder: Path, examples: Sequence[Example]) -> Path:
    """Write them whole or not at all; returns the file. Raises DiskFull."""
    path = folder / EXPLANATIONS_FILE
    stored = [
        {"row": one.row, "true": one.true, "explanations": [e.as_dict() for e in one.explanations]} for one in examples
    ]
    write_whole(path, json.dumps(stored, ensure_ascii=False, allow_nan=False).encode())
    return path


def read_examples(folder: Path) -> list[Example]:
    """What `write_examples` wrote; none for a run without. Raises StoredFileError for a damaged file."""
    path = folder / EXPLANATIONS_FILE
    if not path.exists():
        return []
    try:
        return [
            Example(int(one["row"]), str(one["true"]), tuple(explanation_from(e) for e in one["explanations"]))
            for one in json.loads(path.read_bytes())
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=path.name, reason=str(error)) from error
