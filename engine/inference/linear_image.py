"""Gradients, colours and logistic regression over pictures, in numpy alone. Imports neither scikit-learn nor scipy.

Features: histograms of oriented gradients (Dalal and Triggs, CVPR 2005): the picture at 32 x 32 in grey, 9 unsigned
orientations in cells of 4 x 4 pixels, blocks of 2 x 2 cells normalised to length 1 and clipped at 0.2; and the colours
of an 8 x 8 miniature, centred.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StoredFileError
from engine.inference.arithmetic import logistic_probabilities
from engine.inference.files import read_fault, writing
from engine.inference.pictures import open_picture, squared
from engine.spec import Input

WEIGHTS_FILE = "linear.npz"
SIDE, CELL, ORIENTATIONS, COLOURS = 32, 4, 9, 8
CLIP = 0.2
_BLOCKS = SIDE // CELL - 1
GRADIENTS = _BLOCKS * _BLOCKS * 4 * ORIENTATIONS
DIMENSIONS = GRADIENTS + COLOURS * COLOURS * 3
Floats = NDArray[np.float32]


def picture_features(pictures: Sequence[Input]) -> Floats:
    """Features (pictures, 1956). Raises PictureFault for a picture that cannot be read."""
    result: Floats = np.empty((len(pictures), DIMENSIONS), dtype=np.float32)
    for row, source in enumerate(pictures):
        picture = open_picture(source)
        grey = squared(picture, SIDE).astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
        result[row, :GRADIENTS] = gradients(grey / 255.0)
        result[row, GRADIENTS:] = squared(picture, COLOURS).ravel() / np.float32(255.0) - np.float32(0.5)
    return result


def gradients(grey: Floats) -> Floats:
    """Normalised histograms (1764,) of a grey picture (32, 32) of 0 to 1."""
    down, right = np.gradient(grey)
    size = np.hypot(down, right)
    turn = (np.arctan2(down, right) % np.pi) * (ORIENTATIONS / np.pi)
    lower = np.floor(turn).astype(np.int64)
    share = turn - lower
    cells = SIDE // CELL
    rows, columns = np.indices(grey.shape) // CELL
    place = (rows * cells + columns) * ORIENTATIONS
    histogram = np.zeros(cells * cells * ORIENTATIONS)
    np.add.at(histogram, place + lower % ORIENTATIONS, size * (1.0 - share))
    np.add.at(histogram, place + (lower + 1) % ORIENTATIONS, size * share)
    return _blocks(histogram.reshape(cells, cells, ORIENTATIONS))


def _blocks(cells: NDArray[np.float64]) -> Floats:
    blocks = np.concatenate([cells[:-1, :-1], cells[:-1, 1:], cells[1:, :-1], cells[1:, 1:]], axis=2)
    normed = np.minimum(_unit(blocks), CLIP)
    return _unit(normed).ravel().astype(np.float32)


def _unit(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = blocks / np.sqrt((blocks**2).sum(axis=2, keepdims=True) + 1e-6)
    return result


class LinearImage:
    """Features and a linear classifier. Safe to use from several threads."""

    def __init__(self, weights: Path, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.bytes = weights.stat().st_size
        try:
            with np.load(weights, allow_pickle=False) as stored:
                self._coefficients, self._intercept = stored["coefficients"], stored["intercept"]
                self._classes = stored["classes"]
        except (OSError, ValueError, KeyError) as error:
            raise read_fault(weights, error) from error
        if self._coefficients.shape[0] != DIMENSIONS or self._classes.max() >= len(labels):
            raise StoredFileError(N_("{file} does not fit its features or labels."), file=weights)

    def predict(self, pictures: Sequence[Input]) -> Floats:
        """Probabilities (pictures, labels). Raises PictureFault for a picture that cannot be read."""
        scores = picture_features(pictures).astype(np.float64) @ self._coefficients + self._intercept
        return logistic_probabilities(scores, self._classes, len(self.labels))


def export_linear_image(classifier: Any, artifact: Path) -> dict[str, Any]:
    """Write a fitted LogisticRegression over `picture_features` as a plain file; returns the runtime section.

    The classifier's classes must be label indices.
    """
    with writing(artifact / WEIGHTS_FILE):
        np.savez(
            artifact / WEIGHTS_FILE,
            coefficients=np.ascontiguousarray(classifier.coef_.T, dtype=np.float64),
            intercept=np.asarray(classifier.intercept_, dtype=np.float64),
            classes=np.asarray(classifier.classes_, dtype=np.int64),
        )
    return {"kind": "linear_image", "weights": WEIGHTS_FILE, "files": [WEIGHTS_FILE]}
