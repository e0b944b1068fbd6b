"""Which runs nothing beats: quality, cost and latency at once, and how surely.

A run is dominated when another is at least as good in all three and better in one; the others are the Pareto front.
Near runs trade places by chance, so the front is found again in each of many resamples: quality over the rows that all
runs answered, in common, as what is hard is hard for all; cost and latency from their measured intervals. The share of
resamples in which a run is on the front is its chance to belong there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.bootstrap import draw_weights, patterns, resamples
from engine.evaluation.metrics import Floats, Ints, score_counts
from engine.evaluation.proportions import Z95
from engine.evaluation.stored import Predictions
from engine.interval import Interval

RESAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one run stands."""

    quality: float
    cost: Interval
    latency: Interval
    on_front: bool
    chance: float
    """Share of the resamples in which it is on the front."""
    beaten_by: tuple[int, ...]
    """Places of the runs that dominate it."""


def pareto_front(
    runs: Sequence[Predictions],
    costs: Sequence[Interval],
    latencies: Sequence[Interval],
    measure: str = "quality.accuracy",
    *,
    seed: int = 0,
) -> list[Standing]:
    """Place runs on the same rows; costs and latencies have 95 % intervals above 0. A higher measure is better."""
    points, quality = joint_quality(runs, measure, seed)
    generator = np.random.default_rng(seed)
    cost = np.stack([drawn(one, generator) for one in costs], axis=1)
    latency = np.stack([drawn(one, generator) for one in latencies], axis=1)
    now = dominated(points[None], *(np.array([[one.value for one in each]]) for each in (costs, latencies)))
    often = np.asarray(~dominated(quality, cost, latency).any(axis=2))
    return [
        Standing(
            float(points[i]),
            costs[i],
            latencies[i],
            not now[0, i].any(),
            float(often[:, i].mean()),
            tuple(int(j) for j in np.flatnonzero(now[0, i])),
        )
        for i in range(len(runs))
    ]


def dominated(quality: Floats, cost: Floats, latency: Floats) -> NDArray[np.bool_]:
    """Who beats whom, (B, runs, runs) from (B, runs) each: [b, i, j] says that run j dominates run i."""
    better = np.stack([quality, -cost, -latency])
    ours, theirs = better[:, :, :, None], better[:, :, None, :]
    return np.asarray((theirs >= ours).all(axis=0) & (theirs > ours).any(axis=0))


def joint_quality(runs: Sequence[Predictions], measure: str, seed: int) -> tuple[Floats, Floats]:
    """A measure of each run, (runs,), and its bootstrap samples over common rows, (RESAMPLED, runs)."""
    answers = [run.answers() for run in runs]
    found, counts = patterns(runs[0].y, *np.vstack(answers))
    truth, called = found[0], np.split(found[1:], np.cumsum([len(own) for own in answers])[:-1])
    weights = [draw_weights(len(own), RESAMPLED, seed) for own in answers]

    def scored(block: Ints, place: int, share: Floats) -> Floats:
        columns = [score_counts(block, truth, said, runs[0].classes).of(measure) for said in called[place]]
        return np.asarray((np.stack(columns, axis=1) * share).sum(axis=1))

    places = range(len(runs))
    even = [np.full(len(own), 1 / len(own)) for own in answers]
    points = np.array([scored(counts[None], place, even[place])[0] for place in places])
    samples, start = np.zeros((RESAMPLED, len(runs))), 0
    for block in resamples(counts, seed, RESAMPLED):
        part = slice(start, start + len(block))
        for place in places:
            samples[part, place] = scored(block, place, weights[place][part])
        start += len(block)
    return points, samples


def drawn(interval: Interval, generator: np.random.Generator) -> Floats:
    """RESAMPLED values of a log-normal whose median is the value and whose 95 % range is as wide as the interval."""
    if not 0 < interval.low <= interval.high:
        return np.full(RESAMPLED, interval.value)
    spread = math.log(interval.high / interval.low) / (2 * Z95)
    return np.asarray(interval.value * np.exp(spread * generator.standard_normal(RESAMPLED)))
