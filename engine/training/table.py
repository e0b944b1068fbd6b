"""The table of input vectors while it is trained: only the rows that the data uses.

The optimizer passes over every weight at every step, and a table of 30,000 tokens is half of MiniLM while a few
thousand reviews use 5,000 of them. A row that no text uses has no gradient, so AdamW only ever shrinks it, by the
learning rate times the weight decay. It is left as it was instead; everything else is the same sum.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from engine.training.modality import Row


@contextmanager
def narrowed(model: Any, table: Any, rows: Sequence[Row]) -> Iterator[None]:
    """While the block lasts, `model` holds only those rows of its `table` that the `input_ids` of `rows` name.

    Afterwards the whole table is back, with what was learned. A token outside of `rows` is an IndexError meanwhile.
    """
    import torch

    used = torch.from_numpy(_used(rows, table.padding_idx))
    small = _class()(table, used)
    places = [(module, name) for module in model.modules() for name, child in module.named_children() if child is table]
    for module, name in places:
        module._modules[name] = small
    try:
        yield
    finally:
        with torch.no_grad():
            table.weight[used] = small.weight
        for module, name in places:
            module._modules[name] = table


def _used(rows: Sequence[Row], padding: int | None) -> Any:
    """Token ids in order, each once."""
    arrays = [np.asarray(row["input_ids"], dtype=np.int64) for row in rows]
    return np.unique(np.concatenate([*arrays, np.array([padding or 0])]))


@cache
def _class() -> type[Any]:
    import torch

    class Narrowed(torch.nn.Module):  # type: ignore[misc]
        """An embedding that finds the row of a token by a list of places."""

        def __init__(self, table: Any, used: Any) -> None:
            super().__init__()
            places = torch.full((table.num_embeddings,), table.num_embeddings, dtype=torch.long)  # out of range
            places[used] = torch.arange(len(used))
            self.register_buffer("places", places, persistent=False)
            self.weight = torch.nn.Parameter(table.weight.detach()[used].clone())
            self.padding = None if table.padding_idx is None else int(places[table.padding_idx])

        def forward(self, ids: Any) -> Any:
            return torch.nn.functional.embedding(self.places[ids], self.weight, self.padding)

    return Narrowed
