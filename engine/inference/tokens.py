"""Texts to padded token batches with the `tokenizers` library. Imports neither torch nor transformers."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.inference.files import read_fault

Ints = NDArray[np.int64]
BATCH_TOKENS = 256
"""Padded tokens computed at once. MiniLM on one thread: 207 texts/s one by one, 246 at 256 tokens, 253 at 512, 238 at
1,024; each doubling from 256 costs 25 to 50 MB more memory."""
BATCH_ROWS = 32


def clean(text: str) -> str:
    """Make a text that every tokenizer accepts: a lone surrogate becomes "?", NUL the replacement character."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class Tokens:
    """A stored tokenizer cut to `max_length` tokens. Safe to use from several threads."""

    def __init__(self, path: Path, max_length: int, pad_id: int = 0) -> None:
        import tokenizers

        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:
            raise read_fault(path, error) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length)
        self._pad_id = pad_id

    def batches(self, texts: Sequence[str], names: Sequence[str]) -> Iterator[tuple[Ints, dict[str, Ints]]]:
        """Yield (row indices, model inputs) over batches of similar length, longest first.

        `names` are the inputs that the model takes; each array is (rows, tokens) of the batch, padded to its longest.
        """
        # One call a text: encode_batch would start a thread pool of its own, beside the threads that were granted.
        encoded = [self._tokenizer.encode(clean(text)) for text in texts]
        lengths = np.array([len(e.ids) for e in encoded], dtype=np.int64)
        order = np.argsort(-lengths, kind="stable")
        start = 0
        while start < len(order):
            rows = min(BATCH_ROWS, max(1, BATCH_TOKENS // max(1, int(lengths[order[start]]))))
            chosen = order[start : start + rows]
            yield chosen, self._padded([encoded[i] for i in chosen], names)
            start += rows

    def _padded(self, encoded: Sequence[Any], names: Sequence[str]) -> dict[str, Ints]:
        width = max(len(e.ids) for e in encoded)
        shape = (len(encoded), max(1, width))
        arrays = {name: np.full(shape, self._pad_id if name == "input_ids" else 0, dtype=np.int64) for name in names}
        for row, encoding in enumerate(encoded):
            used = len(encoding.ids)
            for name, values in (
                ("input_ids", encoding.ids),
                ("attention_mask", encoding.attention_mask),
                ("token_type_ids", encoding.type_ids),
            ):
                if name in arrays:
                    arrays[name][row, :used] = values
        return arrays
