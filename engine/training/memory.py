"""How much memory a training will need, told before it begins, and whether the machine has it.

    need = trained weights x 16 bytes + what a batch keeps for its gradients

16 bytes are the float32 gradient (4) and Adam's two moments (8) of a weight (Rajbhandari et al., "ZeRO", 2020, section
3.1) and our copy of the best weights (4); the weights themselves are in memory already. What a batch keeps is measured:
the model reads one and two copies of the longest row, and PyTorch's saved-tensor hooks count the bytes that it holds
back for the gradients. Their difference is the price of a row, so the estimate holds for any architecture. It leaves
out the working space of single operations.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError

BYTES_A_WEIGHT = 16
CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes beyond what the process holds with its model loaded."""

    trained_weights: int
    fixed_bytes: int
    """What a batch keeps whatever its size, such as weights in the precision that is multiplied."""
    row_bytes: int
    """What one row of the longest length keeps."""
    batch_size: int

    @property
    def states_bytes(self) -> int:
        """Gradients, Adam's moments and the best weights."""
        return BYTES_A_WEIGHT * self.trained_weights

    @property
    def batch_bytes(self) -> int:
        """What one batch of the longest rows keeps."""
        return self.fixed_bytes + self.batch_size * self.row_bytes

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return self.states_bytes + self.batch_bytes


def estimate(
    model: Any,
    forward: Callable[[Mapping[str, Any]], Any],
    row: Any,
    collate: Callable[[Sequence[Any]], Mapping[str, Any]],
    batch_size: int,
    *,
    bf16: bool,
) -> Need:
    """What training `model` needs on batches of rows as long as `row`; `forward` computes the loss of a batch.

    Leaves the model and the random generators as they were.
    """
    import torch

    training = model.training
    model.train()
    try:
        with torch.random.fork_rng():
            one, two = (_kept_bytes(model, forward, collate([row] * rows), bf16) for rows in (1, 2))
    finally:
        model.train(training)
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    each = max(0, two - one)
    return Need(trained, max(0, one - each), each, batch_size)


def _kept_bytes(model: Any, forward: Callable[[Mapping[str, Any]], Any], batch: Mapping[str, Any], bf16: bool) -> int:
    """Bytes that one forward pass holds back for the gradients, each storage once, the model's own not counted."""
    import torch

    own = {p.untyped_storage().data_ptr() for p in (*model.parameters(), *model.buffers())}
    kept: dict[int, int] = {}

    def keep(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
        torch.autocast("cpu", torch.bfloat16, enabled=bf16),
    ):
        held = forward(batch)  # until all is counted: a freed address would be counted for two
    del held
    return sum(kept.values())


def require_room(need: Need, available_bytes: int) -> None:
    """Raise InputError, naming both figures and what takes the most, when the need is above what is free."""
    if need.total_bytes <= available_bytes:
        return
    raise InputError(
        N_(
            "This training would need about {needed} MB more memory, and {available} MB are free: {states} MB for "
            "{weights} trained weights and {batch} MB for each batch of {rows} rows."
        ),
        needed=math.ceil(need.total_bytes / 1e6),
        available=int(available_bytes / 1e6),
        states=math.ceil(need.states_bytes / 1e6),
        weights=need.trained_weights,
        batch=math.ceil(need.batch_bytes / 1e6),
        rows=need.batch_size,
        kept=N_("Nothing was trained, and nothing is lost."),
        remedy=N_("Choose a smaller batch or shorter inputs, train fewer weights, or end what else uses the memory."),
    )


def available_bytes(cgroup: Path = CGROUP) -> int:
    """Memory that this process can still get: the system's, or less where a container is given less."""
    import psutil

    free = int(psutil.virtual_memory().available)
    limit, used = _number(cgroup / "memory.max"), _number(cgroup / "memory.current")
    if limit is None or used is None:
        return free
    return min(free, max(0, limit - used + _reclaimable(cgroup / "memory.stat")))


def total_bytes(cgroup: Path = CGROUP) -> int:
    """Memory of the machine, or what a container is given of it."""
    import psutil

    whole, limit = int(psutil.virtual_memory().total), _number(cgroup / "memory.max")
    return whole if limit is None else min(whole, limit)


def _number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None


def _reclaimable(path: Path) -> int:
    """Cached files that the system gives up when asked."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)
