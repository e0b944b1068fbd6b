"""How often customers will buy again and for how much: BG/NBD and Gamma-Gamma, by maximum likelihood.

Sources: Fader, Hardie, Lee, "Counting your customers the easy way", Marketing Science 24 (2005); Fader, Hardie, "The
Gamma-Gamma model of monetary value" (2013). Time is in weeks. Written on numpy; scipy's special functions and its
optimiser are imported where they are used.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_, DataError
from engine.spec.pricing import Array

FEWEST = 50
"""Customers with a repeat purchase below which nothing is fitted."""
START = 0.0
"""Logarithm of each parameter where the search begins."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of each customer at a day: arrays of one length."""

    repeats: Array
    """Days with a purchase after the first."""
    recency: Array
    """Weeks from the first purchase to the last."""
    age: Array
    """Weeks from the first purchase to the day."""
    value: Array
    """Mean amount of a repeat day; 0 where there was none."""

    def __len__(self) -> int:
        return len(self.repeats)


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Purchases come as a Poisson process with gamma-distributed rates (r, alpha); after each one a customer may leave
    with a beta-distributed chance (a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, weeks: Array | float) -> Array:
        """Repeat purchases of a new customer in so many weeks, equation 9."""
        from scipy.special import hyp2f1

        t = np.asarray(weeks, float)
        grown = hyp2f1(self.r, self.b, self.a + self.b - 1, t / (self.alpha + t))
        return (self.a + self.b - 1) / (self.a - 1) * (1 - (self.alpha / (self.alpha + t)) ** self.r * grown)

    def alive(self, known: History) -> Array:
        """Chance that a customer is still one."""
        x = known.repeats
        odds = (self.a / (self.b + np.maximum(x, 1) - 1)) * np.exp(
            (self.r + x) * (np.log(self.alpha + known.age) - np.log(self.alpha + known.recency))
        )
        return 1 / (1 + np.where(x > 0, odds, 0.0))

    def expected_of(self, known: History, weeks: float) -> Array:
        """Purchases of each known customer in the next weeks, equation 10."""
        from scipy.special import hyp2f1

        x, r, a, b = known.repeats, self.r, self.a, self.b
        since = self.alpha + known.age
        grown = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (since + weeks))
        most = (a + b + x - 1) / (a - 1) * (1 - (since / (since + weeks)) ** (r + x) * grown)
        return most * self.alive(known)


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Amounts about a mean that is gamma-distributed over customers (p, q, v); independent of how often they buy."""

    p: float
    q: float
    v: float

    def expected(self, known: History) -> Array:
        """Mean amount of the next purchase; of a customer without a repeat that of the population."""
        x, m = known.repeats, known.value
        population = self.p * self.v / (self.q - 1)
        weight = self.p * x / (self.p * x + self.q - 1)
        return (1 - weight) * population + weight * m


def fit_bg_nbd(known: History) -> BgNbd:
    """Maximum likelihood. Raises DataError for too few customers who came back."""
    _enough(known)
    # Customers with the same history count once, with their number as weight.
    rows, counts = np.unique(np.stack([known.repeats, known.recency, known.age]), axis=1, return_counts=True)
    x, recency, age = rows
    highest = int(x.max())
    weights = counts / counts.sum()

    def loss(logs: Array) -> float:
        return -float(np.dot(weights, _log_likelihood(np.exp(logs), x, recency, age, highest)))

    r, alpha, a, b = np.exp(_search(loss, 4))
    return BgNbd(float(r), float(alpha), float(a), float(b))


def _log_likelihood(parameters: Array, x: Array, recency: Array, age: Array, highest: int) -> Array:
    from scipy.special import gammaln

    r, alpha, a, b = parameters
    whole = np.arange(highest + 1)
    # Special functions of the number of purchases alone: computed once a number.
    often = gammaln(r + whole) - gammaln(r) + r * np.log(alpha)
    stayed = gammaln(a + b) + gammaln(b + whole) - gammaln(b) - gammaln(a + b + whole)
    left = np.log(a) - np.log(b + np.maximum(whole, 1) - 1)
    place = x.astype(np.int64)
    silent = -(r + x) * np.log(alpha + age)
    gone = np.where(x > 0, left[place] - (r + x) * np.log(alpha + recency), -np.inf)
    return (often + stayed)[place] + np.logaddexp(silent, gone)


def fit_gamma_gamma(known: History) -> GammaGamma:
    """Maximum likelihood over customers with a repeat. Raises DataError for too few, or amounts not above 0."""
    from scipy.special import gammaln

    _enough(known)
    again = known.repeats > 0
    x, m = known.repeats[again], known.value[again]
    if (m <= 0).any():
        raise DataError(
            N_("Amounts must be above 0 to be modelled; {count} customers have none."), count=int((m <= 0).sum())
        )

    def loss(logs: Array) -> float:
        p, q, v = np.exp(logs)
        found = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
        found = found + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
        return -float(found.mean())

    p, q, v = np.exp(_search(loss, 3))
    return GammaGamma(float(p), float(q), float(v))


def _search(loss: Any, parameters: int) -> Array:
    from scipy.optimize import minimize

    found = minimize(loss, np.full(parameters, START), method="L-BFGS-B", bounds=[(-9.0, 12.0)] * parameters)
    return np.asarray(found.x)


def _enough(known: History) -> None:
    back = int((known.repeats > 0).sum())
    if back < FEWEST:
        raise DataError(
            N_("At least {rule} customers must have bought again for a lifetime to be fitted; {value} have."),
            rule=FEWEST,
            value=back,
        )
