"""What an evaluated run leaves beside its artifact: predictions by split, and figures by class.

predictions.<split>.npz   y, row, probabilities and, when quality is a mean over draws, draws
evaluation.json           {split: {labels, rows, confusion | confusion_triples, per_class, majority}}
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StoredFileError
from engine.evaluation.bootstrap import ClassQuality
from engine.evaluation.metrics import MEASURES, Ints, Scores, predicted_classes
from engine.inference.files import write_whole

EVALUATION_FILE = "evaluation.json"
DENSE_CLASSES = 50
"""A confusion matrix with more classes than this is stored as its non-zero (true, predicted, count) triples."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a run answered on one split."""

    run: str
    """Named in messages."""
    y: NDArray[np.int64]
    """(n,) true class indices."""
    row: NDArray[np.int64]
    """(n,) line numbers in the source file, which identify the examples."""
    probabilities: NDArray[np.float32]
    """(n, classes) of the exported model."""
    draws: NDArray[np.float32] | None = None
    """(draws, n, classes) when quality is a mean over draws."""

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.probabilities.shape[1])

    def answers(self) -> Ints:
        """Predicted classes that quality is measured on: (1, n), or (draws, n)."""
        return np.atleast_2d(predicted_classes(self.probabilities if self.draws is None else self.draws))


def predictions_path(folder: Path, split: str) -> Path:
    """Where a run folder keeps the predictions of a split."""
    return folder / f"predictions.{split}.npz"


def write_predictions(folder: Path, split: str, predictions: Predictions) -> Path:
    """Write predictions whole or not at all; returns the file. Raises DiskFull."""
    arrays: dict[str, NDArray[Any]] = {
        "y": predictions.y.astype(np.int64),
        "row": predictions.row.astype(np.int64),
        "probabilities": predictions.probabilities.astype(np.float32),
    }
    if predictions.draws is not None:
        arrays["draws"] = predictions.draws.astype(np.float32)
    path, content = predictions_path(folder, split), io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    write_whole(path, content.getvalue())
    return path


def read_predictions(folder: Path, split: str, run: str = "") -> Predictions:
    """Read what `write_predictions` wrote. Raises StoredFileError for a missing or damaged file."""
    path = predictions_path(folder, split)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            draws = stored["draws"] if "draws" in stored.files else None
            return Predictions(run or folder.name, stored["y"], stored["row"], stored["probabilities"], draws)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StoredFileError(
            N_("The predictions {file} cannot be read: {reason}."), file=path.name, reason=str(error)
        ) from error


def evaluation_section(
    labels: Sequence[str], scores: Scores, per_class: Sequence[ClassQuality], majority: int, naive: Scores
) -> dict[str, Any]:
    """The figures of one split as JSON. The confusion matrix is that of the exported model."""
    return {
        "labels": list(labels),
        "rows": int(scores.support.sum()),
        **_confusion_json(scores.confusion),
        "per_class": [_class_json(label, quality) for label, quality in zip(labels, per_class, strict=True)],
        "majority": {"label": labels[majority], **{measure: naive.of(measure) for measure in MEASURES}},
    }


def confusion_of(section: Mapping[str, Any]) -> Ints:
    """The confusion matrix of a stored section as (classes, classes): rows true, columns predicted."""
    if "confusion" in section:
        return np.asarray(section["confusion"], dtype=np.int64)
    classes = len(section["labels"])
    matrix = np.zeros((classes, classes), dtype=np.int64)
    for true, predicted, count in section["confusion_triples"]:
        matrix[true, predicted] = count
    return matrix


def commonest_mistakes(section: Mapping[str, Any], most: int = 10) -> list[tuple[str, str, int]]:
    """(true label, predicted label, count) of what a stored section got wrong most often, commonest first."""
    labels, matrix = section["labels"], confusion_of(section)
    np.fill_diagonal(matrix, 0)
    order = np.argsort(-matrix, axis=None, kind="stable")[:most]
    found = [(*divmod(int(place), len(labels)), int(matrix.flat[place])) for place in order]
    return [(labels[true], labels[said], count) for true, said, count in found if count]


def write_evaluation(folder: Path, sections: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write evaluation.json whole or not at all; returns the file. Raises DiskFull."""
    path = folder / EVALUATION_FILE
    write_whole(path, json.dumps(sections, ensure_ascii=False, allow_nan=False).encode())
    return path


def read_evaluation(folder: Path) -> dict[str, Any]:
    """Read evaluation.json. Raises StoredFileError for a missing or damaged file."""
    path = folder / EVALUATION_FILE
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoredFileError(
            N_("The evaluation {file} cannot be read: {reason}."), file=path.name, reason=str(error)
        ) from error
    return stored


def _confusion_json(confusion: Ints) -> dict[str, Any]:
    if len(confusion) <= DENSE_CLASSES:
        return {"confusion": confusion.tolist()}
    true, predicted = np.nonzero(confusion)
    return {"confusion_triples": np.stack([true, predicted, confusion[true, predicted]], axis=1).tolist()}


def _class_json(label: str, quality: ClassQuality) -> dict[str, Any]:
    figures = {name: asdict(getattr(quality, name)) for name in ("precision", "recall", "f1")}
    return {"label": label, "support": quality.support} | {
        name: {key: figure[key] for key in ("value", "low", "high")} for name, figure in figures.items()
    }
