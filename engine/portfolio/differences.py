"""Which differences between ideas matter: clearly best is only what lies beyond all others with its whole interval."""

from collections.abc import Mapping

from engine.evidence import Direction
from engine.interval import Interval


def clearly_best(figures: Mapping[str, Interval | None], direction: Direction) -> str | None:
    """Name of the idea whose interval lies wholly on the better side of every other known one.

    None where fewer than two are known, where intervals overlap, and for measures that are neither good nor bad.
    """
    known = {name: figure for name, figure in figures.items() if figure is not None}
    if len(known) < 2 or direction == "none":
        return None
    sign = 1 if direction == "higher" else -1
    ends = {name: sorted((sign * figure.low, sign * figure.high)) for name, figure in known.items()}
    best = max(ends, key=lambda name: ends[name][0])
    return best if all(ends[best][0] > high for name, (_low, high) in ends.items() if name != best) else None
