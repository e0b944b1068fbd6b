"""What a fine-tuning is to do, and how far it has come. Standard library only."""

import json
import math
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

Precision = Literal["fp32", "bf16", "fp16"]
CURVE_POINTS = 100
"""Most points that the training loss curve of a run gets."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of the loop; lengths are in optimizer steps unless named otherwise."""

    rows: int
    epochs: float
    max_steps: int
    """0 for as many as the epochs need."""
    batch_size: int
    learning_rate: float
    weight_decay: float
    warmup_share: float
    patience: int
    """Evaluations without a better macro F1 after which training ends; 0 for never."""
    evaluations_per_epoch: int
    """0 for one after the last step, whose weights are then kept."""
    checkpoint_every: int
    precision: Precision
    threads: int
    seed: int
    loaders: int = 0
    """Processes that read rows ahead."""
    devices: int = 1
    """Processes that share each batch."""
    accumulation: int = 1
    """Parts that each device's share of a batch is computed in, one after the other."""

    @property
    def bf16(self) -> bool:
        """Whether matrices are multiplied in bfloat16."""
        return self.precision == "bf16"

    @property
    def rows_at_once(self) -> int:
        """Rows that one device computes in one go."""
        return self.batch_size // (self.devices * self.accumulation)

    def cut_into(self, parts: int) -> "Plan":
        """The same steps over the same rows, with each device's share of a batch computed in so many parts."""
        return replace(self, accumulation=parts)

    @property
    def steps_per_epoch(self) -> int:
        """Batches that hold every row once."""
        return max(1, math.ceil(self.rows / self.batch_size))

    @property
    def total_steps(self) -> int:
        """Steps of the whole training when nothing ends it early."""
        return self.max_steps or max(1, math.ceil(self.epochs * self.steps_per_epoch))

    @property
    def evaluate_every(self) -> int:
        """Steps between two evaluations on validation; one follows the last step in any case."""
        if not self.evaluations_per_epoch:
            return self.total_steps
        return math.ceil(self.steps_per_epoch / self.evaluations_per_epoch)

    @property
    def log_every(self) -> int:
        """Steps whose mean loss is one point of the curve."""
        return max(1, self.total_steps // CURVE_POINTS)


@dataclass(frozen=True, slots=True)
class Best:
    """The evaluation whose weights are kept."""

    step: int
    f1_macro: float
    accuracy: float
    loss: float


@dataclass(slots=True)
class Standing:
    """How far the loop has come; stored in each checkpoint beside the weights."""

    window: list[float] = field(default_factory=list)
    """Losses of the steps since the last point of the curve."""
    best: Best | None = None
    without_gain: int = 0
    finished: bool = False

    def evaluated(self, found: Best) -> bool:
        """Take note of an evaluation; true when it is the best so far."""
        if self.best is None or found.f1_macro > self.best.f1_macro:
            self.best, self.without_gain = found, 0
            return True
        self.without_gain += 1
        return False

    def save(self, path: Path) -> None:
        """Write as JSON; floats come back exactly."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        stored: dict[str, Any] = json.loads(path.read_text())
        best = stored.pop("best")
        return cls(best=Best(**best) if best else None, **stored)
