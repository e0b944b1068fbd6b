"""Which rows of a split are evaluated when a recipe evaluates a part of it only."""

import numpy as np


def evaluated_rows(rows: int, limit: int) -> list[int]:
    """Positions of the evaluated rows in ascending order; all of them when `limit` is 0 or not below `rows`.

    The choice depends on the number of rows alone, never on a run's seed, so that two runs with one limit score
    the same rows; and the rows of a smaller limit are among those of a larger one.
    """
    if limit <= 0 or limit >= rows:
        return list(range(rows))
    return sorted(int(i) for i in np.random.default_rng(rows).permutation(rows)[:limit])
