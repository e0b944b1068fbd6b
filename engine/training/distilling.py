"""Learning from another model's probabilities.

Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015:
loss = alpha x T^2 x KL(teacher at T || student at T) + (1 - alpha) x cross-entropy with the true classes.

The teacher's softened probabilities follow from its plain ones: softmax(z / T) = softmax(log p / T), as log p is z but
for a constant of the row. So any finished run can teach, whatever it is made of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.training.material import Loss, Material
from engine.training.modality import Learner, Row

TEACHER = "teacher"
LEAST_PROBABILITY = 1e-7
"""Below the precision of a stored float32 probability, whose logarithm is taken."""


def softened(probabilities: NDArray[np.floating[Any]], temperature: float) -> NDArray[np.float32]:
    """Probabilities (rows, classes) at another temperature than 1; rows sum to 1."""
    logs = np.log(np.maximum(probabilities.astype(np.float64), LEAST_PROBABILITY)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    result: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def taught(material: Material, teacher: NDArray[np.float32], alpha: float, temperature: float) -> Material:
    """The material with the teacher's softened probabilities (training rows, classes) and the loss of both.

    Rows of validation have none: there the loss is the plain cross-entropy, comparable with any other run's.
    """
    return replace(
        material,
        train=_Taught(material.train, teacher),
        collate=lambda rows: _collate(material, rows),
        lengths=lambda rows: material.lengths(rows.rows if isinstance(rows, _Taught) else rows),
        loss=distillation_loss(alpha, temperature),
    )


class _Taught(Sequence[Row]):
    """Rows with the teacher's answer added when they are read."""

    def __init__(self, rows: Sequence[Row], teacher: NDArray[np.float32]) -> None:
        self.rows = rows
        self._teacher = teacher

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, at: Any) -> Any:
        return {**self.rows[at], TEACHER: self._teacher[at]}


def _collate(material: Material, rows: Sequence[Row]) -> Mapping[str, Any]:
    import torch

    plain = [{name: value for name, value in row.items() if name != TEACHER} for row in rows]
    batch = dict(material.collate(plain))
    if TEACHER in rows[0]:
        batch[TEACHER] = torch.from_numpy(np.stack([row[TEACHER] for row in rows]))
    return batch


def distillation_loss(alpha: float, temperature: float) -> Loss:
    """The loss of a batch with `teacher`; the model's own without."""

    def loss(model: Any, batch: Mapping[str, Any]) -> tuple[Any, Any]:
        import torch

        inputs = {name: value for name, value in batch.items() if name != TEACHER}
        outputs = model(**inputs)
        if TEACHER not in batch:
            return outputs.loss, outputs
        student = torch.log_softmax(outputs.logits.float() / temperature, dim=-1)
        divergence = torch.nn.functional.kl_div(student, batch[TEACHER], reduction="batchmean")
        return alpha * temperature**2 * divergence + (1 - alpha) * outputs.loss, outputs

    return loss


def every_other(learner: Learner, layers: int) -> None:
    """Keep `layers` blocks of the learner's network, spread evenly from the first to the last (as DistilBERT begins).

    Raises InputError when its blocks are not interchangeable or there are not more of them.
    """
    import torch

    blocks = learner.blocks()
    config = learner.model.config
    if not isinstance(blocks, torch.nn.ModuleList) or not hasattr(config, "num_hidden_layers"):
        raise InputError(
            N_("{model} has no layers that can be left out."),
            model=learner.description["name"],
            remedy=N_("Name a smaller base model as the student."),
        )
    chosen = np.unique(np.linspace(0, len(blocks) - 1, layers).round().astype(int))
    kept = torch.nn.ModuleList(blocks[int(place)] for place in chosen)
    for module in learner.model.modules():
        for name, child in list(module.named_children()):
            if child is blocks:
                setattr(module, name, kept)
    config.num_hidden_layers = len(kept)
