"""Which rows a batch holds, and how they are padded.

Rows of like length in one batch save padding; a fixed order by length costs accuracy. So all rows are shuffled,
cut into windows of a few batches, sorted by length inside each window only, and the batches shuffled again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

WINDOW_BATCHES = 16


@dataclass(slots=True)
class BucketSampler:
    """Yields row positions, batch after batch; the order depends on (seed, epoch) alone.

    So a run that is resumed in the middle of an epoch sees exactly the rows it has not seen. A last batch that is
    not full comes last.
    """

    lengths: Sequence[int]
    batch_size: int
    seed: int
    epoch: int = 0
    window_batches: int = WINDOW_BATCHES

    def __len__(self) -> int:
        return len(self.lengths)

    def set_epoch(self, epoch: int) -> None:
        """Choose the order of an epoch, from 0."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        for batch in self.batches():
            yield from batch

    def batches(self) -> list[list[int]]:
        """All batches of the epoch in order."""
        generator = np.random.default_rng([self.seed, self.epoch])
        shuffled = generator.permutation(len(self.lengths))
        full = len(shuffled) - len(shuffled) % self.batch_size
        lengths = np.asarray(self.lengths)
        window = self.batch_size * self.window_batches
        parts = [shuffled[start : min(start + window, full)] for start in range(0, full, window)]
        rows = [part[np.argsort(lengths[part], kind="stable")] for part in parts]
        ordered = np.concatenate(rows).reshape(-1, self.batch_size) if rows else np.empty((0, self.batch_size), int)
        batches: list[list[int]] = generator.permutation(ordered, axis=0).tolist()
        return [*batches, shuffled[full:].tolist()] if full < len(shuffled) else batches


@dataclass(frozen=True, slots=True)
class PaddingCollator:
    """Pads the rows of a batch to its longest, rounded up to `multiple` tokens."""

    pad_id: int
    multiple: int = 1

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Rows {input_ids, labels} to tensors input_ids and attention_mask (batch, tokens) and labels (batch,)."""
        import torch

        longest = max(len(row["input_ids"]) for row in rows)
        width = -(-longest // self.multiple) * self.multiple
        ids = torch.full((len(rows), width), self.pad_id, dtype=torch.long)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row["input_ids"])] = torch.tensor(row["input_ids"], dtype=torch.long)
            mask[i, : len(row["input_ids"])] = 1
        return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([row["labels"] for row in rows])}
