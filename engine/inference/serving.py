"""How fast a model serves: latency of single requests, and rate against latency under load.

Everything is measured in this process, from the moment a request is handed over until its answer is there: queueing,
tokenising and computing are in it; HTTP and network are not. A request is one text.
"""

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.evaluation.bootstrap import estimate
from engine.inference.batching import Batcher
from engine.inference.runtimes import Predictor
from engine.recorder import Estimate

CONCURRENCIES = (1, 2, 4, 8, 16, 32)
LOAD_VARIABLE = "PROSPECTUS_LOAD_MS"
LOAD_MS = 600
SHORTEST_MS, LONGEST_MS = 20, 60_000
RESAMPLES = 1000
WINDOWS = 12
LEAST_REQUESTS = 20
LONGEST = 5
"""A level goes on for at most this many times its seconds to reach LEAST_REQUESTS."""
NO_GROWTH = 1.03
PATIENCE = 2
SLOWEST_P95_MS = 2_000.0
_WARM_UP = 3


@dataclass(frozen=True, slots=True)
class ServingPoint:
    """One level of load. Intervals are 95 % bootstrap intervals."""

    concurrency: int
    """Clients that each send the next request as soon as they have the answer to the last."""
    rate_rps: float
    """Requests answered a second."""
    rate_low: float
    rate_high: float
    p50_ms: float
    p95_ms: float
    p95_low: float
    p95_high: float
    requests: int
    """How many were answered while measuring."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of single requests, one after another, on an idle model."""

    p50: Estimate
    p95: Estimate


def single_latency(predictor: Predictor, texts: Sequence[str], n: int = 100, *, seed: int = 0) -> Latency:
    """Time `n` calls of `predictor.predict` with one text each, cycling through `texts`, after three unmeasured calls.

    The intervals resample the n times with replacement (percentile bootstrap, 1,000 resamples). They say how well
    the quantile of these calls on this machine is known, not how another machine would do.
    Raises InputError without texts.
    """
    source = _cycle(texts)
    for _ in range(_WARM_UP):
        predictor.predict([next(source)])
    times = np.array([_milliseconds(lambda: predictor.predict([next(source)])) for _ in range(n)])
    return latency_of(times, seed=seed)


def latency_of(times: NDArray[np.float64], *, seed: int = 0) -> Latency:
    """The quantiles of milliseconds that were taken one at a time, with their intervals as `single_latency` says."""
    p50, p95 = _quantiles(times, seed)
    n = len(times)
    return Latency(estimate(float(np.quantile(times, 0.5)), p50, n), estimate(float(np.quantile(times, 0.95)), p95, n))


def serving_curve(
    predictor: Predictor,
    texts: Sequence[str],
    concurrencies: Sequence[int] = CONCURRENCIES,
    seconds_each: float | None = None,
    *,
    seed: int = 0,
) -> list[ServingPoint]:
    """Measure rate and latency through a Batcher with 1, 2, 4 ... closed-loop clients.

    Each level lasts `seconds_each` (`load_seconds()` unless said), or longer until 20 requests are answered, at most
    five times that. The rate is the requests answered in that time divided by it; latencies are those of the same
    requests. Its interval resamples twelve equal parts of the time (a block bootstrap: requests of one batch end
    together and are no independent observations); the interval of p95 resamples requests, and is therefore rather
    narrow at high concurrency.
    Ends early when two levels in a row bring less than 3 % more requests a second than the best before them, or p95 is
    above 2 s: the level that showed it is the last one returned. Raises InputError without texts.
    """
    source, seconds = _cycle(texts), load_seconds() if seconds_each is None else seconds_each
    points: list[ServingPoint] = []
    with Batcher(predictor) as batcher:
        for _ in range(_WARM_UP):
            batcher.submit([next(source)]).result()
        for concurrency in concurrencies:
            points.append(_measure(batcher, source, concurrency, seconds, seed))
            if saturated(points):
                break
    return points


def load_seconds() -> float:
    """How long a level of load is measured: PROSPECTUS_LOAD_MS, or 600 milliseconds. Raises InputError."""
    text = os.environ.get(LOAD_VARIABLE, "").strip() or str(LOAD_MS)
    if not text.isdecimal() or not SHORTEST_MS <= int(text) <= LONGEST_MS:
        raise InputError(
            N_("{name} must be a whole number from {low} to {high}, not “{value}”."),
            name=LOAD_VARIABLE,
            low=SHORTEST_MS,
            high=LONGEST_MS,
            value=text,
        )
    return int(text) / 1_000


def saturated(points: Sequence[ServingPoint]) -> bool:
    """Whether more clients would bring nothing: see `serving_curve`."""
    if points[-1].p95_ms > SLOWEST_P95_MS:
        return True
    # Two levels, not one: two clients take turns and are never batched, so only the next level can show the gain.
    best = max((p.rate_rps for p in points[:-PATIENCE]), default=0.0)
    return len(points) > PATIENCE and all(p.rate_rps < NO_GROWTH * best for p in points[-PATIENCE:])


def _measure(batcher: Batcher, source: Iterator[str], concurrency: int, seconds: float, seed: int) -> ServingPoint:
    return point_of(concurrency, *_load(batcher, source, concurrency, seconds), seed=seed)


def point_of(
    concurrency: int, ends: NDArray[np.float64], times: NDArray[np.float64], elapsed: float, *, seed: int = 0
) -> ServingPoint:
    """A level of load from when its requests ended (s from the start), how long each took (ms), and the elapsed s."""
    counts = np.histogram(ends, bins=WINDOWS, range=(0.0, elapsed))[0]
    generator = np.random.default_rng([seed, concurrency])
    rates = generator.choice(counts, size=(RESAMPLES, WINDOWS)).sum(axis=1) / elapsed
    rate = estimate(len(ends) / elapsed, rates, len(ends))
    p95 = estimate(float(np.quantile(times, 0.95)), _quantiles(times, seed)[1], len(times))
    return ServingPoint(
        concurrency=concurrency,
        rate_rps=rate.value,
        rate_low=rate.low,
        rate_high=rate.high,
        p50_ms=float(np.quantile(times, 0.5)),
        p95_ms=p95.value,
        p95_low=p95.low,
        p95_high=p95.high,
        requests=len(ends),
    )


def _load(
    batcher: Batcher, source: Iterator[str], concurrency: int, seconds: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Run the clients; returns when each request ended (s from the start), how long it took (ms), and the elapsed s."""
    done: list[tuple[float, float]] = []
    faults: list[Exception] = []
    start = time.perf_counter()

    def over() -> bool:
        passed = time.perf_counter() - start
        return bool(faults) or passed >= LONGEST * seconds or (passed >= seconds and len(done) >= LEAST_REQUESTS)

    def client() -> None:
        while True:  # each asks once at least: where the processors are busy, the time may be over before one began
            begun = time.perf_counter()
            try:
                batcher.submit([next(source)]).result()
            except Exception as error:  # noqa: BLE001 - raised below, in the caller's thread
                faults.append(error)
                return
            now = time.perf_counter()
            done.append((now - start, 1_000 * (now - begun)))
            if over():
                return

    threads = [threading.Thread(target=client, daemon=True) for _ in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    # Clients stop at different moments; what ended after the first of them found the time over is not counted.
    ends, times = (np.array(column) for column in zip(*sorted(done), strict=True))
    last = max(seconds, float(ends[min(LEAST_REQUESTS, len(ends)) - 1]))
    counted = ends <= last
    return ends[counted], times[counted], last


def _quantiles(times: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Bootstrap samples (2, RESAMPLES) of the 50 % and 95 % quantiles of `times`."""
    generator, ordered = np.random.default_rng([seed, len(times)]), np.sort(times)
    return np.stack([_resampled_quantile(ordered, share, generator) for share in (0.5, 0.95)])


def _resampled_quantile(
    ordered: NDArray[np.float64], share: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """The quantile (linear, as `np.quantile`) of each of RESAMPLES resamples of n sorted times, none of them drawn.

    A resample takes the places floor(n u) for n uniform u, so that its k-th smallest time stands at the k-th smallest
    u: a beta variable, from which the next one follows (David and Nagaraja, Order Statistics, 2003, ch. 2).
    """
    n = len(ordered)
    below = int(share * (n - 1))
    place = generator.beta(below + 1, n - below, size=RESAMPLES)
    low = ordered[np.minimum((n * place).astype(np.int64), n - 1)]
    if below == n - 1:
        return low
    following = 1.0 - (1.0 - place) * generator.random(RESAMPLES) ** (1.0 / (n - below - 1))
    high = ordered[np.minimum((n * following).astype(np.int64), n - 1)]
    return low + (share * (n - 1) - below) * (high - low)


def _cycle(texts: Sequence[str]) -> Iterator[str]:
    if not texts:
        raise InputError(N_("Measuring how a model serves needs at least one text."))
    return _Shared(itertools.cycle(texts))


class _Shared(Iterator[str]):
    """An iterator that several threads may draw from."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._lock = threading.Lock()

    def __next__(self) -> str:
        with self._lock:
            return next(self._source)


def _milliseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return 1_000 * (time.perf_counter() - begun)
