"""What a forecaster is: a method that continues a series. Standard library only.

A plug-in module holds one constant, FORECASTER, and imports heavy libraries inside functions only. A forecaster says
the middle of what may come; its interval is put around it by `engine.market.conformal`, the same way for every method.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Family = Literal["naive", "statistical", "learned", "zero_shot", "combination"]
FAMILIES: tuple[Family, ...] = ("naive", "statistical", "learned", "zero_shot", "combination")


@dataclass(frozen=True, slots=True)
class Said:
    """What a member of a combination says of the steps to forecast, and how wrong it was before."""

    forecast: Any
    """float array, one number a step, already within the sanity bound."""
    error: float
    """Mean absolute error relative to seasonal naive, in earlier windows of this series and of those beside it."""


@dataclass(frozen=True, slots=True)
class History:
    """One series as a forecaster reads it."""

    unique_id: str
    y: Any
    """float64 array, oldest first, at equal distances, without gaps."""
    season_length: int
    """Points until the same season comes again; 1 for none."""
    past: Mapping[str, Any] = field(default_factory=dict)
    """Covariates by name, one number a point of `y`."""
    future: Mapping[str, Any] = field(default_factory=dict)
    """The same covariates over the points to forecast, where they are known or assumed."""
    said: Mapping[str, Said] = field(default_factory=dict)
    """For a combination: by member."""


@dataclass(frozen=True, slots=True)
class Forecaster:
    """A way of continuing series.

    `predict` gets histories, a horizon and an instance of `config`, and returns for each history a float array with
    one number a step: the median of what may come. It changes nothing it was given and keeps nothing. It may raise
    ValueError, ArithmeticError or RuntimeError for a history that it cannot continue; who calls says so to the reader.
    """

    name: str
    title: str
    summary: str
    """One or two plain sentences for somebody who never forecast anything."""
    family: Family
    config: type
    predict: Callable[[Sequence[History], int, Any], list[Any]]
    order: int
    """Place in lists, simplest first."""
    shortest: int = 3
    """Points that a history needs at least."""
    pooled: bool = False
    """True when it is given all histories at once: one model learns from them all, or it reads them in batches."""
    long: bool = False
    """True for what trains so long that screens queue it as a run."""
    covariates: bool = False
    """True when it uses `History.past` and `History.future`."""
    members: tuple[str, ...] = ()
    """Of a combination: the forecasters that it combines, those that are not installed left out."""
    check: Callable[[], None] = field(default=lambda: None)
    """Raises MissingPart, with the command that installs it, when something it needs is not here."""
