"""What a training loop is given: rows, and how they become batches and a loss."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.training.modality import Row

Loss = Callable[[Any, Mapping[str, Any]], tuple[Any, Any]]
"""(model, batch) to the loss and the model's output; batches carry what `collate` puts into them."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the loop trains on and chooses by."""

    train: Sequence[Row]
    validation: Sequence[Row]
    classes: int
    collate: Callable[[Sequence[Row]], Mapping[str, Any]]
    lengths: Callable[[Sequence[Row]], Sequence[int]]
    """What decides the time of each row."""
    loss: Loss | None = None
    """None for the model's own, the mean cross-entropy."""
