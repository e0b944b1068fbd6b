"""A text classifier in ONNX. Imports no torch."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.inference.sessions import class_probabilities, open_session
from engine.inference.tokens import Ints, Tokens


class OnnxText:
    """Tokenizer, ONNX graph giving `logits` (rows, classes), softmax. Safe to use from several threads."""

    def __init__(
        self,
        model: Path,
        tokenizer: Path,
        labels: tuple[str, ...],
        *,
        size: int,
        max_length: int,
        pad_id: int,
        threads: int,
    ) -> None:
        self.labels = labels
        self.bytes = size
        self._model = model
        self._tokens = Tokens(tokenizer, max_length, pad_id)
        self._session = open_session(model, threads)
        self._names = [i.name for i in self._session.get_inputs()]

    def feeds(self, texts: Sequence[str]) -> Iterator[tuple[Ints, dict[str, Ints]]]:
        """Row indices and session inputs of each batch that `predict` computes."""
        return self._tokens.batches(texts, self._names)

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities (texts, labels)."""
        result = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        for rows, feeds in self.feeds(texts):
            logits = self._session.run(["logits"], feeds)[0]
            result[rows] = class_probabilities(logits, self.labels, self._model)
        return result
