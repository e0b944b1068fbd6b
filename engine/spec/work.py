"""What a run will have to do, counted before it begins. Standard library only.

A recipe counts; what a unit of each kind takes on which device is another's knowledge (`engine.costs.before`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.spec.config import InputKind

Phase = Literal["setup", "fit", "evaluate", "serve", "explain"]
PHASES: tuple[Phase, ...] = ("setup", "fit", "evaluate", "serve", "explain")
"""The phases in which a run's seconds are metered, in their order."""
Amounts = Mapping[str, float]
"""How much of each kind of work, or of each part of memory; kinds are rows of `engine/costs/before/prior.yml`."""


@dataclass(frozen=True, slots=True)
class Bought:
    """What is asked of somebody else's model, for money."""

    requests: int
    characters: float
    """Of all requests together, what stands before every text included."""
    language: str
    most_written: int
    """Tokens that an answer may have."""
    usd_per_mtok_read: float
    usd_per_mtok_written: float
    price: str
    """Who says what tokens cost, and as of when."""
    cap_usd: float
    """Nothing is asked that could cost more in all."""


@dataclass(frozen=True, slots=True)
class Work:
    """Amounts of work by phase, and of memory by the moment at which it is held."""

    phases: Mapping[str, Amounts]
    """Amounts by phase; the seconds of a phase are the sum of its kinds."""
    moments: Mapping[str, Amounts]
    """Megabytes by moment; the peak is the fullest of them."""
    counted: bool = True
    """False where the recipe does not count: then only rows stand for the work."""
    bought: Bought | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "phases": {name: dict(amounts) for name, amounts in self.phases.items()},
            "moments": {name: dict(amounts) for name, amounts in self.moments.items()},
            "counted": self.counted,
            **({"bought": asdict(self.bought)} if self.bought else {}),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Work":
        """From what `as_dict` gave."""
        bought = Bought(**stored["bought"]) if stored.get("bought") else None
        return cls(stored["phases"], stored["moments"], bool(stored["counted"]), bought)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a recipe is told when it counts the work of a run."""

    input_kind: InputKind
    language: str
    labels: int
    rows: Mapping[str, int]
    """By split, all of the data set."""
    counts: Callable[[str], Mapping[str, Sequence[int]]]
    """Sizes of the inputs by split: `words`, `characters`, or the tokens of a base model, by its name. Of a large split
    a random part, so there can be fewer than rows."""
    cache: Path
    """Folder of what earlier runs left to use again."""
    seed: int = 0
    source_folder: Path | None = None
    """Run folder of the finished run that this one would start from."""
    earlier: Sequence[Mapping[str, Any]] = field(default=())
    """Settings, with `seed`, of finished runs of this recipe on this data, whose results may lie in the cache."""


def uncounted(config: Any, asked: Asked) -> Work:
    """What is said of a recipe that does not count: rows, and nothing else."""
    thousands = sum(asked.rows.values()) / 1000
    return Work(
        {
            "setup": {"start": 1, "krows_read": thousands},
            "fit": {"krows_uncounted": thousands},
            "evaluate": {"krows_scored": thousands},
            "serve": {"clock": 4.0},
            "explain": {"clock": 1.0},
        },
        {"fit": {"mb_python": 1, "mb_uncounted": 1}},
        counted=False,
    )
