"""Which signals matter most: high impact before low, soon before late, sure before unsure, new before old."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

from engine.market.reading import HORIZONS, IMPACTS

NOTHING = "none"
"""The dimension of what is about none of the three."""


class Ranked(Protocol):
    """What is asked of a signal."""

    @property
    def id(self) -> int:
        """Higher came later."""

    @property
    def day(self) -> date:
        """When it was published, else when it was brought."""

    @property
    def sureness(self) -> float:
        """Of its dimension; 1 where a person said it."""

    def value(self, field: str) -> str:
        """What a field says now."""


S = TypeVar("S", bound=Ranked)


def weightiest(signals: Iterable[S]) -> list[S]:
    """Signals of the three dimensions, those that matter most first."""
    told = [one for one in signals if one.value("dimension") != NOTHING]
    return sorted(
        told,
        key=lambda one: (
            IMPACTS.index(one.value("impact")),
            HORIZONS.index(one.value("horizon")),
            -one.sureness,
            -one.day.toordinal(),
            -one.id,
        ),
    )


def counted(signals: Iterable[Ranked], field: str) -> Mapping[str, int]:
    """How many signals say what of a field."""
    found: dict[str, int] = {}
    for one in signals:
        found[one.value(field)] = found.get(one.value(field), 0) + 1
    return found
