"""The stated prior: what a unit of each kind of work takes before this installation has measured anything itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "prior.yml"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work or part of memory."""

    unit: float
    """Seconds, or megabytes, of one unit on one thread."""
    spread: float
    """Standard deviation of the logarithm: how far another model or library may be from it."""
    parallel: float = 0.0
    """Share of it that threads divide among them (Amdahl 1967)."""
    clock: bool = False
    """Set by a clock and not by the machine's speed."""


@dataclass(frozen=True, slots=True)
class Prior:
    """All of one quantity."""

    kinds: Mapping[str, Kind]
    machine_spread: float
    """Standard deviation of the logarithm of how much faster or slower a machine is on the whole."""
    threads_spread: float
    noise: float
    """Standard deviation of the logarithm of one observation: a phase's seconds, or a run's peak."""
    errors: tuple[float, ...]
    """Logarithms of actual / estimated of runs that had no part in it; see `prior.yml` for which."""


@cache
def prior(quantity: str) -> Prior:
    """The prior of `seconds` or `megabytes`."""
    stored: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))[quantity]
    kinds = {name: Kind(**row) for name, row in stored.pop("kinds").items()}
    return Prior(kinds=kinds, **(stored | {"errors": tuple(stored["errors"])}))
