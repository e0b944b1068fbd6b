"""How wrong estimates were: the errors of estimates made before runs, once the runs had finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


class Pair(Protocol):
    """An estimate beside what happened."""

    @property
    def recipe(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def figures(self) -> Mapping[str, Any]: ...
    @property
    def seconds(self) -> float: ...
    @property
    def peak_memory_mb(self) -> float | None: ...
    @property
    def usd(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Error:
    """Of one figure over several runs."""

    runs: int
    median: float
    """Of |estimated / actual - 1|."""
    worst_tenth: float
    """Its 90th percentile."""
    within: float
    """Share of runs inside of their 90 % interval."""
    ratios: tuple[float, ...]
    """actual / estimated, in ascending order."""


@dataclass(frozen=True, slots=True)
class Graded:
    """Errors of one recipe on one device; of everything together both are empty."""

    device: str
    recipe: str
    seconds: Error
    peak_memory_mb: Error | None
    usd: Error


def error_of(pairs: Sequence[tuple[float, float, float, float]]) -> Error:
    """The error of (value, low, high, actual)."""
    value, low, high, actual = (np.array(column) for column in zip(*pairs, strict=True))
    off = np.abs(value / actual - 1)
    return Error(
        runs=len(pairs),
        median=float(np.median(off)),
        worst_tenth=float(np.quantile(off, 0.9)),
        within=float(np.mean((low <= actual) & (actual <= high))),
        ratios=tuple(np.sort(actual / value).tolist()),
    )


def grade(pairs: Sequence[Pair], device: str = "", recipe: str = "") -> Graded:
    """The errors of some estimates, at least one."""
    return Graded(
        device,
        recipe,
        error_of([_of(pair, "seconds", pair.seconds) for pair in pairs]),
        _memory(pairs),
        error_of([_of(pair, "usd", pair.usd) for pair in pairs]),
    )


def grade_all(pairs: Sequence[Pair]) -> list[Graded]:
    """All together, then each device and recipe, those with most runs first; nothing without an estimate."""
    usable = [pair for pair in pairs if pair.figures and pair.seconds > 0 and pair.usd > 0]
    if not usable:
        return []
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in usable:
        groups.setdefault((pair.device, pair.recipe), []).append(pair)
    parts = [grade(found, *key) for key, found in groups.items()]
    return [grade(usable), *sorted(parts, key=lambda part: (-part.seconds.runs, part.device, part.recipe))]


def _memory(pairs: Sequence[Pair]) -> Error | None:
    known = [_of(pair, "peak_memory_mb", pair.peak_memory_mb) for pair in pairs if pair.peak_memory_mb]
    return error_of(known) if known else None


def _of(pair: Pair, name: str, actual: float) -> tuple[float, float, float, float]:
    figure = pair.figures[name]
    return figure["value"], figure["low"], figure["high"], actual
