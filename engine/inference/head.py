"""A linear head over a frozen encoder. Imports no torch."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import N_, StoredFileError
from engine.inference.arithmetic import logistic_probabilities
from engine.inference.encoders import Encoder
from engine.inference.files import read_fault, writing

HEAD_FILE = "head.npz"


class EmbeddingHead:
    """Embeddings, then logistic regression as scikit-learn's predict_proba computes it."""

    def __init__(self, encoder: Encoder, head: Path, labels: tuple[str, ...], size: int) -> None:
        self.labels = labels
        self.bytes = size
        self._encoder = encoder
        try:
            with np.load(head, allow_pickle=False) as stored:
                self._coefficients, self._intercept = stored["coefficients"], stored["intercept"]
                self._classes = stored["classes"]
        except (OSError, ValueError, KeyError) as error:
            raise read_fault(head, error) from error
        if len(self._coefficients) != encoder.dimensions or self._classes.max() >= len(labels):
            raise StoredFileError(N_("{file} does not fit its encoder or labels."), file=head)

    def feeds(self, texts: Sequence[str]) -> Iterator[Any]:
        """Row indices and session inputs of each batch that an encoder in ONNX computes."""
        return self._encoder.feeds(texts)  # type: ignore[attr-defined, no-any-return]

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities (texts, labels)."""
        scores = self._encoder.encode(texts).astype(np.float64) @ self._coefficients + self._intercept
        return logistic_probabilities(scores, self._classes, len(self.labels))


def export_head(
    encoder: Encoder, coefficients: ArrayLike, intercept: ArrayLike, classes: ArrayLike, artifact: Path
) -> dict[str, Any]:
    """Write encoder and head into `artifact`; returns the manifest's runtime section.

    `coefficients` (1 or classes, dimensions), `intercept` and `classes` (label indices) as scikit-learn's
    LogisticRegression keeps them in coef_, intercept_ and classes_.
    """
    described = encoder.export(artifact)
    with writing(artifact / HEAD_FILE):
        np.savez(
            artifact / HEAD_FILE,
            coefficients=np.ascontiguousarray(np.asarray(coefficients, dtype=np.float64).T),
            intercept=np.asarray(intercept, dtype=np.float64),
            classes=np.asarray(classes, dtype=np.int64),
        )
    return {
        "kind": "embedding_head",
        "encoder": described,
        "head": HEAD_FILE,
        "files": [*described["files"], HEAD_FILE],
    }
