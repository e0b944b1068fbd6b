"""The prior shifted by what this installation's own runs took: least squares of logarithms, shrunk to the prior.

    log actual = log sum over kinds of amount x unit x threads x exp(machine + kind)  +  noise

Every shift has a normal prior around 0 (`prior.yml`), so that one run moves what it says something about and leaves the
rest; several narrow it. Solved by Gauss-Newton steps; an observation far off counts for less (Student's t with four
degrees of freedom, Lange, Little and Taylor 1989), as a run on a busy machine is no measure of an idle one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.costs.before.prior import Prior
from engine.spec.work import Amounts

Floats = NDArray[np.float64]
STEPS = 12
STEPS_AGAIN = 4
DEGREES = 4.0
MACHINE, THREADS = "machine", "threads"


@dataclass(frozen=True, slots=True)
class Observed:
    """What was measured of one run."""

    run: str
    threads: int
    parts: Sequence[tuple[Sequence[Amounts], float]]
    """(alternatives, actual), the actual being that of the largest: a phase has one, a peak several moments."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Shifts of the prior, in logarithms, and how sure they are."""

    shifts: Mapping[str, float]
    covariance: tuple[tuple[float, ...], ...]
    """Of the shifts in their order."""

    def as_dict(self) -> dict[str, object]:
        """JSON form."""
        return {"shifts": dict(self.shifts), "covariance": [list(row) for row in self.covariance]}


@dataclass(frozen=True, slots=True)
class Unseen:
    """How far off an estimate was of a run that the fit had not seen."""

    error: float
    """log(actual / estimated)."""
    spread: float
    """What was to be expected of it: see `spread`."""


def unfitted(prior: Prior) -> Fitted:
    """The prior itself."""
    names, spreads = _names(prior)
    return Fitted(dict.fromkeys(names, 0.0), _rows(np.diag(spreads**2)))


def fit(prior: Prior, observed: Sequence[Observed]) -> Fitted:
    """The shifts that these runs speak for."""
    if not observed:
        return unfitted(prior)
    return _fitted(prior, observed, np.zeros(len(_names(prior)[0])), STEPS)


def errors_unseen(
    prior: Prior, observed: Sequence[Observed], fitted: Fitted, always: Sequence[Observed] = ()
) -> list[Unseen]:
    """How far off the estimate of each run's total is that is made without it (leave one out), always with some."""
    start = np.array(list(fitted.shifts.values()))
    found = []
    for left, run in enumerate(observed):
        rest = [*observed[:left], *observed[left + 1 :], *always]
        without = _fitted(prior, rest, start, STEPS_AGAIN) if rest else unfitted(prior)
        shifts = _array(without)
        parts = [max(each, key=lambda one: _value(prior, shifts, one, run.threads)) for each, _ in run.parts]
        expected = sum(_value(prior, shifts, part, run.threads) for part in parts)
        error = float(np.log(sum(actual for _, actual in run.parts) / expected))
        found.append(Unseen(error, spread(prior, without, parts, run.threads)))
    return found


def predict(prior: Prior, fitted: Fitted, amounts: Amounts, threads: int) -> float:
    """Seconds, or megabytes, of some amounts."""
    return _value(prior, _array(fitted), amounts, threads)


def doubt(prior: Prior, fitted: Fitted, parts: Sequence[Amounts], threads: int) -> float:
    """Standard deviation of the logarithm of the sum of some parts that the shifts themselves leave open."""
    shares, slopes = _shares(prior, _array(fitted), parts, threads)
    slope = shares @ slopes
    return float(np.sqrt(slope @ np.array(fitted.covariance) @ slope))


def spread(prior: Prior, fitted: Fitted, parts: Sequence[Amounts], threads: int) -> float:
    """Standard deviation of the logarithm of the sum of some parts: the doubt, and the noise of each part."""
    shares, _ = _shares(prior, _array(fitted), parts, threads)
    return float(np.hypot(doubt(prior, fitted, parts, threads), prior.noise * np.linalg.norm(shares)))


def _shares(prior: Prior, shifts: Floats, parts: Sequence[Amounts], threads: int) -> tuple[Floats, Floats]:
    """The share of each part in their sum, and how its logarithm follows each shift."""
    values = np.array([_value(prior, shifts, part, threads) for part in parts])
    return values / max(values.sum(), 1e-12), np.array([_slopes(prior, shifts, part, threads) for part in parts])


def _array(fitted: Fitted) -> Floats:
    return np.array(list(fitted.shifts.values()))


def _fitted(prior: Prior, observed: Sequence[Observed], start: Floats, steps: int) -> Fitted:
    shifts, covariance = _solve(prior, observed, start, steps)
    return Fitted(dict(zip(_names(prior)[0], shifts.tolist(), strict=True)), _rows(covariance))


def _names(prior: Prior) -> tuple[list[str], Floats]:
    names = [MACHINE, THREADS, *prior.kinds]
    spreads = [prior.machine_spread, prior.threads_spread, *(kind.spread for kind in prior.kinds.values())]
    return names, np.array(spreads)


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())


def _terms(prior: Prior, shifts: Floats, amounts: Amounts, threads: int) -> Floats:
    """What each kind adds."""
    found = np.zeros(len(prior.kinds))
    for place, (name, kind) in enumerate(prior.kinds.items()):
        amount = amounts.get(name, 0.0)
        if amount:
            shared = (1 - kind.parallel) + kind.parallel / threads
            shift = shifts[2 + place] + (0.0 if kind.clock else shifts[0])
            shift += kind.parallel * shifts[1] if threads > 1 else 0.0
            found[place] = amount * kind.unit * shared * np.exp(shift)
    return found


def _value(prior: Prior, shifts: Floats, amounts: Amounts, threads: int) -> float:
    return float(_terms(prior, shifts, amounts, threads).sum())


def _slopes(prior: Prior, shifts: Floats, amounts: Amounts, threads: int) -> Floats:
    """How the logarithm of the value follows each shift."""
    terms = _terms(prior, shifts, amounts, threads)
    shares = terms / max(terms.sum(), 1e-12)
    kinds = list(prior.kinds.values())
    machine = sum(s for s, kind in zip(shares, kinds, strict=True) if not kind.clock)
    parallel = sum(s * kind.parallel for s, kind in zip(shares, kinds, strict=True)) if threads > 1 else 0.0
    return np.concatenate([[machine, parallel], shares])


def _solve(prior: Prior, observed: Sequence[Observed], start: Floats, steps: int) -> tuple[Floats, Floats]:
    _, spreads = _names(prior)
    precision = np.diag(1 / spreads**2)
    shifts = start.copy()
    normal = precision
    for _ in range(steps):
        rows, gaps = [], []
        for run in observed:
            for alternatives, actual in run.parts:
                largest = max(alternatives, key=lambda one: _value(prior, shifts, one, run.threads))
                rows.append(_slopes(prior, shifts, largest, run.threads))
                gaps.append(np.log(actual / _value(prior, shifts, largest, run.threads)))
        slopes, gap = np.array(rows), np.array(gaps)
        weights = (DEGREES + 1) / (DEGREES + (gap / prior.noise) ** 2) / prior.noise**2
        normal = precision + (slopes.T * weights) @ slopes
        step = np.linalg.solve(normal, (slopes.T * weights) @ gap - precision @ shifts)
        shifts = shifts + np.clip(step, -1.0, 1.0)
    covariance: Floats = np.linalg.inv(normal).astype(np.float64)
    return shifts, covariance
