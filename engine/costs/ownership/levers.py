"""What another measured way of doing it would save, beside what it would cost in quality.

A lever is suggested only where a paired test on the same rows exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.costs.ownership.inputs import Given
from engine.costs.ownership.model import OWN, ownership
from engine.interval import Interval


@dataclass(frozen=True, slots=True)
class Measured:
    """What another run measured, and how its answers compare with those of the run that leads."""

    run: str
    label: str
    recipe: str
    training_usd: Interval
    rate_rps: Interval | None
    """None where it was too slow for the latency limit, or is not served here."""
    api_usd_per_1k: Interval | None
    difference: float
    low: float
    high: float
    """Of the deciding measure, this run minus the one that leads, with its 95 % interval."""
    verdict: str
    """better, worse or no_difference."""
    rows: int


@dataclass(frozen=True, slots=True)
class Lever:
    """One way to save."""

    run: Measured
    saved_usd: float
    """Over the months; below 0 it costs more."""
    served_by: str


def levers(given: Mapping[str, Given], months: int, served_by: str, others: list[Measured]) -> list[Lever]:
    """Each other run in the place of the one that leads, the largest saving first; only those that save.

    Parts that are unknown now stay unknown and change nothing.
    """
    before = ownership(given, months, served_by).known.value
    found = []
    for other in others:
        how, swapped = _with(given, other, served_by)
        after = ownership(swapped, months, how)
        was = {p.part: p.usd for p in ownership(given, months, served_by).parts}
        if any((p.usd is None) != (was[p.part] is None) for p in after.parts):
            continue  # it cannot be compared: a part would appear or vanish
        if (saving := before - after.known.value) > 0:
            found.append(Lever(other, saving, how))
    return sorted(found, key=lambda lever: -lever.saved_usd)


def _with(given: Mapping[str, Given], other: Measured, served_by: str) -> tuple[str, dict[str, Given]]:
    swapped = dict(given)
    for name, figure in (("training_usd", other.training_usd), ("rate_rps", other.rate_rps)):
        if figure is not None and name in swapped:
            swapped[name] = replace(swapped[name], figure=figure)
        elif figure is None:
            swapped.pop(name, None)
    if other.api_usd_per_1k is not None:
        swapped["api_usd_per_1k"] = Given("api_usd_per_1k", other.api_usd_per_1k, "modelled", other.run)
        return "api", swapped
    return OWN, swapped
