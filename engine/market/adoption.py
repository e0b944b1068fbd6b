"""How a new thing spreads: Bass's and the logistic curve, fitted to sales per period.

    Bass        F(t) = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t)      p innovation, q imitation
    logistic    F(t) = 1 / (1 + e^-k(t - t0))
    sales of period i = m (F(i) - F(i-1)),  i = 1, 2, ...          m all who will ever buy

`bass_nls` and `logistic_nls` fit by non-linear least squares (Srinivasan & Mason, Marketing Science 5, 1986), the
intervals are a residual bootstrap, seeded; a fit of a few early periods says little of m, and its interval shows it.
`bass_ols` is Bass's own regression of sales on cumulative sales before the period and their square (Management Science
15, 1969); it answers differently, and has no intervals here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.errors import N_, InputError, UnknownName
from engine.interval import Interval

Method = Literal["bass_nls", "logistic_nls", "bass_ols"]
METHODS: tuple[Method, ...] = ("bass_nls", "logistic_nls", "bass_ols")
RESAMPLES, SEED = 200, 0
LEAST_PERIODS = {"bass_nls": 5, "logistic_nls": 5, "bass_ols": 5}
MOST_PERIODS = 600
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Adoption:
    """A fitted curve."""

    method: Method
    parameters: dict[str, Interval]
    """p, q, m of Bass; k, t0, m of the logistic curve."""
    fitted: tuple[Interval, ...]
    """Sales of each period, those observed and then those ahead."""
    peak_period: float
    """When sales are highest, in periods from the start; below 1 they only fall."""
    observed: int
    """Periods that were observed."""
    r_squared: float
    """Share of the variance of sales that the curve explains, on the data it was fitted to."""
    resamples: int
    """Bootstrap samples behind the intervals; 0 where there are none."""
    failed: int
    """Resamples whose fit did not converge; they are left out."""


def fit_adoption(
    sales: Sequence[float], method: str = "bass_nls", *, ahead: int = 0, resamples: int = RESAMPLES, seed: int = SEED
) -> Adoption:
    """Fit one curve to sales of consecutive periods. Raises InputError for sales that no curve can be fitted to."""
    if method not in METHODS:
        raise UnknownName(N_("way of fitting"), method, list(METHODS))
    found = _checked(sales, method)
    if method == "bass_ols":
        return _ols(found, ahead)
    curve = _bass if method == "bass_nls" else _logistic
    return _nls(found, _Fit(method, curve, resamples, seed), ahead)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a curve is fitted."""

    method: Method
    curve: Callable[[Array, Array], Array]
    resamples: int
    seed: int


def _checked(sales: Sequence[float], method: str) -> Array:
    found = np.asarray(sales, dtype=np.float64)
    if found.ndim != 1 or not LEAST_PERIODS[method] <= found.size <= MOST_PERIODS:
        raise InputError(
            N_("A curve of adoption needs {least} to {most} periods, not {count}."),
            least=LEAST_PERIODS[method],
            most=MOST_PERIODS,
            count=found.size,
        )
    wrong = [i for i, value in enumerate(found) if not math.isfinite(value) or value < 0]
    if wrong:
        raise InputError(
            N_("Sales of a period must be a number from 0 upwards; period {period} has {value}."),
            period=wrong[0] + 1,
            value=f"{found[wrong[0]]:g}",
        )
    if not found.any():
        raise InputError(N_("All sales are 0: there is no adoption to fit a curve to."))
    return found


def _bass(theta: Array, t: Array) -> Array:
    p, q, m = np.exp(theta)
    decay = np.exp(-(p + q) * t)
    return np.asarray(m * (1 - decay) / (1 + q / p * decay))


def _logistic(theta: Array, t: Array) -> Array:
    k, m = np.exp(theta[0]), np.exp(theta[2])
    return np.asarray(m / (1 + np.exp(-np.clip(k * (t - theta[1]), -500, 500))))


def _nls(sales: Array, fit: _Fit, ahead: int) -> Adoption:
    method, curve = fit.method, fit.curve
    starts = _bass_starts(sales) if method == "bass_nls" else _logistic_starts(sales)
    theta = _least_squares(sales, curve, starts)
    if theta is None:
        raise InputError(
            N_("No curve fits these {count} periods: sales show neither a rise nor a fall that it could follow."),
            count=sales.size,
        )
    edges = np.arange(sales.size + ahead + 1, dtype=np.float64)
    line = np.diff(curve(theta, edges))
    drawn, failed = _resampled(sales, line[: sales.size], theta, fit)
    lines = np.array([np.diff(curve(one, edges)) for one in drawn]) if drawn else np.empty((0, line.size))
    values = _named(method, theta)
    spread = [_named(method, one) for one in drawn]
    parameters = {name: _interval(values[name], [one[name] for one in spread]) for name in values}
    fitted = tuple(_interval(float(line[i]), lines[:, i]) for i in range(line.size))
    peak = _peak(method, values)
    return Adoption(method, parameters, fitted, peak, sales.size, _r_squared(sales, line), len(drawn), failed)


def _bass_starts(sales: Array) -> list[Array]:
    total = sales.sum()
    return [
        np.log([p, q, m * total])
        for p, q, m in ((0.01, 0.4, 1.2), (0.03, 0.3, 1.5), (0.001, 0.6, 2.0), (0.1, 0.05, 1.1), (0.005, 0.2, 5.0))
    ]


def _logistic_starts(sales: Array) -> list[Array]:
    total, n = sales.sum(), sales.size
    middle = float(np.searchsorted(np.cumsum(sales), total / 2)) + 0.5
    return [
        np.array([math.log(k), t0, math.log(m * total)])
        for k, t0, m in ((0.5, middle, 1.1), (1.0, middle, 1.0), (0.2, float(n), 2.0), (0.8, n / 2, 1.2))
    ]


def _least_squares(sales: Array, curve: Callable[[Array, Array], Array], starts: Sequence[Array]) -> Array | None:
    """The best of the fits that converge from these starts; None when none does."""
    from scipy.optimize import least_squares

    edges = np.arange(sales.size + 1, dtype=np.float64)
    scale = float(sales.max())

    def residuals(theta: Array) -> Array:
        return np.asarray((np.diff(curve(theta, edges)) - sales) / scale)

    best: Any = None
    for start in starts:
        bounds = (start - 12, start + 12)
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                found = least_squares(residuals, start, bounds=bounds, max_nfev=400)
            except ValueError:  # residuals that are not finite at the start
                continue
        inside = bool(np.all(found.active_mask == 0))
        if found.success and inside and (best is None or found.cost < best.cost):
            best = found
    return None if best is None else np.asarray(best.x)


def _resampled(sales: Array, line: Array, theta: Array, fit: _Fit) -> tuple[list[Array], int]:
    """Fits to the line with its residuals drawn anew (widened for the three fitted parameters), never below 0."""
    random = np.random.default_rng(fit.seed)
    residuals = (sales - line) * math.sqrt(sales.size / max(1, sales.size - 3))
    drawn = []
    for _ in range(fit.resamples):
        again = np.maximum(line + random.choice(residuals, sales.size), 0.0)
        found = _least_squares(again, fit.curve, [theta]) if again.any() else None
        if found is not None:
            drawn.append(found)
    return drawn, fit.resamples - len(drawn)


def _named(method: Method, theta: Array) -> dict[str, float]:
    if method == "logistic_nls":
        return {"k": float(np.exp(theta[0])), "t0": float(theta[1]), "m": float(np.exp(theta[2]))}
    return dict(zip(("p", "q", "m"), (float(x) for x in np.exp(theta)), strict=True))


def _interval(value: float, drawn: Sequence[float] | Array) -> Interval:
    if not len(drawn):
        return Interval(value, value, value)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _peak(method: Method, values: dict[str, float]) -> float:
    if method == "logistic_nls":
        return values["t0"]
    return math.log(values["q"] / values["p"]) / (values["p"] + values["q"]) if values["q"] > values["p"] else 0.0


def _r_squared(sales: Array, line: Array) -> float:
    spread = float(((sales - sales.mean()) ** 2).sum())
    return 1 - float(((sales - line[: sales.size]) ** 2).sum()) / spread if spread else math.nan


def _ols(sales: Array, ahead: int) -> Adoption:
    """Sales = a + b N + c N^2 over what was sold before; m is the root where sales end, p = a/m, q = b + p."""
    before = np.concatenate(([0.0], np.cumsum(sales)[:-1]))
    design = np.column_stack((np.ones_like(before), before, before**2))
    a, b, c = np.linalg.lstsq(design, sales, rcond=None)[0]
    inside = b * b - 4 * a * c
    if c >= 0 or a <= 0 or inside < 0:
        raise InputError(
            N_("Bass's regression gives no saturation for these {count} periods; fit by non-linear least squares."),
            count=sales.size,
        )
    m = (-b - math.sqrt(inside)) / (2 * c)
    values = {"p": a / m, "q": b + a / m, "m": m}
    theta = np.log([max(values["p"], 1e-12), max(values["q"], 1e-12), m])
    line = np.diff(_bass(theta, np.arange(sales.size + ahead + 1, dtype=np.float64)))
    parameters = {name: Interval(float(x), float(x), float(x)) for name, x in values.items()}
    fitted = tuple(Interval(float(x), float(x), float(x)) for x in line)
    return Adoption(
        "bass_ols", parameters, fitted, _peak("bass_ols", values), sales.size, _r_squared(sales, line), 0, 0
    )
