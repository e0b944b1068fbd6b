"""A picture classifier, or a frozen picture encoder, in ONNX. Imports no torch."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.inference.files import place
from engine.inference.pictures import Pixels, stack_pixels
from engine.inference.sessions import Session, class_probabilities, open_session
from engine.spec import Input

MODEL_FILE = "encoder.onnx"
OUTPUT = "embedding"
KIND = "onnx_image"
PIXELS_AT_ONCE = 8 * 224 * 224
"""Of the pictures of one batch: more would only take memory, as a core is busy with one picture already."""
Rows = NDArray[np.int64]


def batches(pictures: Sequence[Input], side: int, name: str) -> Iterator[tuple[Rows, dict[str, Pixels]]]:
    """Row indices and session inputs of each batch: pictures decoded, uint8 (rows, side, side, 3)."""
    size = max(1, PIXELS_AT_ONCE // (side * side))
    for start in range(0, len(pictures), size):
        part = pictures[start : start + size]
        yield np.arange(start, start + len(part)), {name: stack_pixels(part, side)}


class OnnxImage:
    """ONNX graph from `pixels` to `logits` (rows, classes), softmax. Safe to use from several threads."""

    def __init__(self, model: Path, labels: tuple[str, ...], *, size: int, side: int, threads: int) -> None:
        self.labels = labels
        self.bytes = size
        self.side = side
        self._model = model
        self._session: Session = open_session(model, threads)
        (self._name,) = (i.name for i in self._session.get_inputs())

    def feeds(self, pictures: Sequence[Input]) -> Iterator[tuple[Rows, dict[str, Pixels]]]:
        """Row indices and session inputs of each batch that `predict` computes."""
        return batches(pictures, self.side, self._name)

    def predict(self, pictures: Sequence[Input]) -> NDArray[np.float32]:
        """Probabilities (pictures, labels). Raises PictureFault for a picture that cannot be read."""
        result = np.empty((len(pictures), len(self.labels)), dtype=np.float32)
        for rows, feeds in self.feeds(pictures):
            logits = self._session.run(["logits"], feeds)[0]
            result[rows] = class_probabilities(logits, self.labels, self._model)
        return result


class PictureEncoder:
    """A frozen network exported by `engine.inference.efficientnet.export_encoder`: pictures to unit vectors."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], threads: int) -> None:
        self._folder = folder
        self._settings = dict(settings)
        self.dimensions = int(settings["dimensions"])
        self.side = int(settings["side"])
        self.key = str(settings["key"])
        self.description: Mapping[str, Any] = settings["description"]
        self._session: Session = open_session(folder / MODEL_FILE, threads)
        (self._name,) = (i.name for i in self._session.get_inputs())

    def feeds(self, pictures: Sequence[Input]) -> Iterator[tuple[Rows, dict[str, Pixels]]]:
        """Row indices and session inputs of each batch that `encode` computes."""
        return batches(pictures, self.side, self._name)

    def encode(self, pictures: Sequence[Input]) -> NDArray[np.float32]:
        """Vectors (pictures, dimensions) of length 1."""
        result = np.empty((len(pictures), self.dimensions), dtype=np.float32)
        for rows, feeds in self.feeds(pictures):
            result[rows] = self._session.run([OUTPUT], feeds)[0]
        return result

    def export(self, folder: Path) -> dict[str, Any]:
        """Link or copy the graph into `folder`."""
        place(self._folder / MODEL_FILE, folder / MODEL_FILE)
        return {**self._settings, "kind": KIND, "files": [MODEL_FILE]}
