"""What a finished run leaves of its explained examples.

explanations.json   {examples: [{row, true, explanations}], words: {class: [[word, weight]]}}

Examples: the most confident mistakes first, then right answers. Words: of a model that counts them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import N_, StoredFileError
from engine.explanation.results import Explanation, Term, explanation_from
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


@dataclass(frozen=True, slots=True)
class Explained:
    """What was explained of one run."""

    examples: tuple[Example, ...] = ()
    words: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)
    """For each class of a model that counts words, those that speak for it most, strongest first."""


def write_explained(folder: Path, explained: Explained) -> Path:
    """Write it whole or not at all; returns the file. Raises DiskFull."""
    path = folder / EXPLANATIONS_FILE
    examples = [
        {"row": one.row, "true": one.true, "explanations": [e.as_dict() for e in one.explanations]}
        for one in explained.examples
    ]
    words = {label: [[term.text, term.value] for term in terms] for label, terms in explained.words.items()}
    body = {"examples": examples, "words": words}
    write_whole(path, json.dumps(body, ensure_ascii=False, allow_nan=False).encode())
    return path


def read_explained(folder: Path) -> Explained:
    """What `write_explained` wrote; nothing for a run without. Raises StoredFileError for a damaged file."""
    path = folder / EXPLANATIONS_FILE
    if not path.exists():
        return Explained()
    try:
        body = json.loads(path.read_bytes())
        examples = tuple(
            Example(int(one["row"]), str(one["true"]), tuple(explanation_from(e) for e in one["explanations"]))
            for one in body["examples"]
        )
        words = {str(label): tuple(Term(*term) for term in terms) for label, terms in body["words"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=path.name, reason=str(error)) from error
    return Explained(examples, words)
