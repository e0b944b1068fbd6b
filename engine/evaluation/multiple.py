"""Several tests at once: a chance of 1 in 20 per test finds something in most tables of 20 lines.

Holm's step-down method (Scandinavian Journal of Statistics 6, 1979) keeps the chance of even one false "differs" in
the whole family at 5 %, whatever the tests have to do with each other.
"""

from collections.abc import Sequence

LEVEL = 0.05


def holm(chances: Sequence[float]) -> list[float]:
    """Adjusted p values, in the given order; each may be compared with LEVEL as if it were the only one."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    adjusted, highest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, (len(chances) - rank) * chances[place])
        adjusted[place] = min(1.0, highest)
    return adjusted
