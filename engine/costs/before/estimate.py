"""From counted work and a calibration to an estimate with its 90 % interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.costs.before import energy
from engine.costs.before.calibrate import (
    Fitted,
    Observed,
    Unseen,
    doubt,
    errors_unseen,
    fit,
    predict,
    spread,
    unfitted,
)
from engine.costs.before.prior import Prior, prior
from engine.costs.buying import Texts, counted_tokens
from engine.interval import Interval
from engine.spec.work import PHASES, Amounts, Bought, Work

SECONDS, MEGABYTES = "seconds", "megabytes"
LEVEL = 0.90
ENOUGH = 9
"""Runs from which on this installation's own errors speak alone: the largest of nine holds the tenth 9 times in 10."""
UNCOUNTED_ERROR = 1.0
"""Half width, in logarithms, that is added for a recipe that does not count its work."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is known of one device from runs."""

    seconds: Fitted
    megabytes: Fitted
    seconds_unseen: tuple[Unseen, ...] = ()
    """How far off the estimate of each run was that was made without it."""
    megabytes_unseen: tuple[Unseen, ...] = ()
    runs: tuple[str, ...] = ()
    """The runs that it rests on."""

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "seconds": self.seconds.as_dict(),
            "megabytes": self.megabytes.as_dict(),
            "seconds_unseen": [[one.error, one.spread] for one in self.seconds_unseen],
            "megabytes_unseen": [[one.error, one.spread] for one in self.megabytes_unseen],
            "runs": list(self.runs),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Calibration":
        """From what `as_dict` gave; what is no longer a kind of the prior, and an older form, is left to the prior."""
        if "seconds_unseen" not in stored:
            return uncalibrated()
        return cls(
            _known(stored["seconds"], SECONDS),
            _known(stored["megabytes"], MEGABYTES),
            tuple(Unseen(*pair) for pair in stored["seconds_unseen"]),
            tuple(Unseen(*pair) for pair in stored["megabytes_unseen"]),
            tuple(stored["runs"]),
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run should take, before it begins."""

    seconds: Interval
    peak_memory_mb: Interval
    energy_kwh: Interval
    usd: Interval
    phases: Mapping[str, float] = field(default_factory=dict)
    """Seconds by phase."""
    memory_parts: Mapping[str, float] = field(default_factory=dict)
    """Megabytes by part at the fullest moment."""
    runs: int = 0
    """How many runs of this installation it rests on; 0 for the stated prior alone."""
    grade: str = "assumed"
    """Of the money: that of its weakest input."""
    bought: "Paid | None" = None
    """What of the money an API is to get."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Tokens and money of the requests that a run sends to an API, if nothing is known from earlier runs."""

    requests: int
    tokens_read: Interval
    tokens_written: Interval
    usd: Interval
    """No more than the cap: the run stops there."""
    price: str


def uncalibrated() -> Calibration:
    """The stated prior alone."""
    return Calibration(unfitted(prior(SECONDS)), unfitted(prior(MEGABYTES)))


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished run whose work had been counted."""

    run: str
    threads: int
    work: Work
    phases: Mapping[str, float]
    """Metered seconds by phase."""
    peak_memory_mb: float | None


def probed(found: Mapping[str, Any] | None) -> list[Observed]:
    """A measurement of the machine as the fit reads it; none when there was none."""
    if not found:
        return []
    return [Observed("probe", int(found["threads"]), [([amounts], seconds) for amounts, seconds in found["observed"]])]


def calibrate(runs: Sequence[Finished], measured: Sequence[Observed] = ()) -> Calibration:
    """Learn from finished runs, and how wrong one would have been about each without it.

    measured: what a probe of the machine found (see `probed`); it moves the shifts, and is no run that grades them.
    """
    times, peaks = prior(SECONDS), prior(MEGABYTES)
    timed = [Observed(run.run, run.threads, _phases(run)) for run in runs]
    held = [
        Observed(run.run, run.threads, [(list(run.work.moments.values()), run.peak_memory_mb)])
        for run in runs
        if run.peak_memory_mb
    ]
    seconds, megabytes = fit(times, [*timed, *measured]), fit(peaks, held)
    return Calibration(
        seconds,
        megabytes,
        tuple(errors_unseen(times, timed, seconds, measured)),
        tuple(errors_unseen(peaks, held, megabytes)),
        tuple(run.run for run in runs),
    )


def estimate(
    work: Work, threads: int, calibration: Calibration, *, watts: float, usd_per_hour: float, grade: str = "assumed"
) -> Estimate:
    """What the counted work should take, at a power and a price. Money follows from time alone: the price of an hour
    is the one that the run will be charged, and how sure that is stands with the rate."""
    times, peaks = prior(SECONDS), prior(MEGABYTES)
    phases = {
        name: predict(times, calibration.seconds, work.phases.get(name, {}), threads) for name in map(str, PHASES)
    }
    moments = {name: predict(peaks, calibration.megabytes, held, threads) for name, held in work.moments.items()}
    fullest = max(moments, key=moments.__getitem__)
    seconds = _interval(
        sum(phases.values()),
        half_width(times, calibration.seconds, calibration.seconds_unseen, list(work.phases.values()), threads),
        work.counted,
    )
    memory = _interval(
        moments[fullest],
        half_width(peaks, calibration.megabytes, calibration.megabytes_unseen, [work.moments[fullest]], threads),
        work.counted,
    )
    parts = {
        name: predict(peaks, calibration.megabytes, {name: amount}, threads)
        for name, amount in work.moments[fullest].items()
        if amount
    }
    usd = Interval(*(usd_per_hour * s / 3600 for s in (seconds.value, seconds.low, seconds.high)))
    bought = paid(work.bought) if work.bought else None
    if bought:
        usd = Interval(*(ours + theirs for ours, theirs in zip(usd, bought.usd, strict=True)))
    return Estimate(
        seconds=seconds,
        peak_memory_mb=memory,
        energy_kwh=energy.kwh(seconds, watts),
        usd=usd,
        phases=phases,
        memory_parts=parts,
        runs=len(calibration.runs),
        grade="assumed" if bought else grade,
        bought=bought,
    )


def paid(bought: Bought) -> Paid:
    """Characters / characters a token x price in, and an answer's tokens x price out: rules of thumb, assumed."""
    mean = max(1.0, bought.characters / max(1, bought.requests))
    one = counted_tokens(Texts(bought.language, mean, mean, prompt=0))
    read = Interval(*(bought.requests * tokens for tokens in one.read))
    written = Interval(*(bought.requests * min(tokens, bought.most_written) for tokens in one.written))
    prices = (bought.usd_per_mtok_read / 1e6, bought.usd_per_mtok_written / 1e6)
    money = (r * prices[0] + w * prices[1] for r, w in zip(read, written, strict=True))
    usd = Interval(*(min(bought.cap_usd, amount) for amount in money))
    return Paid(bought.requests, read, written, usd, bought.price)


def half_width(prior: Prior, fitted: Fitted, unseen: Sequence[Unseen], parts: Sequence[Amounts], threads: int) -> float:
    """Half the 90 % interval's width in logarithms (locally weighted conformal, Lei et al. 2018, section 5.2).

    The errors of unseen runs, each as a multiple of what was to be expected of it, times what is to be expected here.
    Below nine runs of this installation the prior's stated errors are among its own, widened by what the prior leaves
    open.
    """
    if len(unseen) >= ENOUGH:
        return quantile([abs(one.error) / one.spread for one in unseen]) * spread(prior, fitted, parts, threads)
    errors = quantile([*(abs(one.error) for one in unseen), *map(abs, prior.errors)])
    return math.hypot(errors, 1.645 * doubt(prior, fitted, parts, threads))


def quantile(errors: Sequence[float]) -> float:
    """What the next error keeps within 9 times in 10 whatever their distribution: the error of rank 0.9 (n + 1) of n,
    between two of them in proportion (Hutson 1999). To round the rank up, as is usual, would be the largest of 15."""
    ordered = sorted(errors)
    rank = min(float(len(ordered)), LEVEL * (len(ordered) + 1))
    below = int(rank)
    if below == len(ordered):
        return ordered[-1]
    return ordered[below - 1] + (rank - below) * (ordered[below] - ordered[below - 1])


def _interval(value: float, half: float, counted: bool) -> Interval:
    width = half if counted else half + UNCOUNTED_ERROR
    return Interval(value, value * math.exp(-width), value * math.exp(width))


def _phases(run: Finished) -> list[tuple[list[Mapping[str, float]], float]]:
    return [([run.work.phases[name]], run.phases[name]) for name in PHASES if run.phases.get(name, 0.0) > 0.0
            and any(run.work.phases.get(name, {}).values())]  # fmt: skip


def _known(stored: Mapping[str, Any], quantity: str) -> Fitted:
    fresh = unfitted(prior(quantity))
    if list(stored["shifts"]) != list(fresh.shifts):
        return fresh
    return Fitted(dict(stored["shifts"]), tuple(tuple(row) for row in stored["covariance"]))
