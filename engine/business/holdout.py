"""Judging a lifetime model on weeks that it has not seen: in sum, and by tenth of the customers.

The mean absolute error is left out on purpose: most customers never come back, so predicting nothing for everybody
scores well by it and proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.business.lifetime import FEWEST, BgNbd, GammaGamma, History, fit_bg_nbd, fit_gamma_gamma
from engine.errors import N_, DataError
from engine.spec.pricing import Array

TENTHS = 10
LEAST_WEEKS = 8.0


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases as arrays of one length, in any order."""

    customer: Array
    """Whole numbers."""
    day: Array
    """Whole days from any start."""
    amount: Array


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the customers by what was expected of them: purchases a customer in the held-out weeks."""

    customers: int
    expected: float
    seen: float
    expected_usd: float | None = None
    """What they were expected to spend, each; None when no amounts were fitted."""
    seen_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A fit to the first weeks, against the weeks after them."""

    purchases: BgNbd
    amounts: GammaGamma | None
    customers: int
    fitted_weeks: float
    held_out_weeks: float
    expected: float
    seen: float
    """Purchases of all customers in the held-out weeks."""
    as_before: float
    """The naive forecast: everybody goes on as in the fitted weeks."""
    tenths: tuple[Tenth, ...]
    expected_usd: float | None = None
    seen_usd: float | None = None
    """Revenue of all customers in the held-out weeks; None when no amounts were fitted."""

    @property
    def error(self) -> float | None:
        """Expected over seen, less 1; None when nothing was seen."""
        return self.expected / self.seen - 1 if self.seen else None

    @property
    def error_usd(self) -> float | None:
        """The same of the revenue."""
        return self.expected_usd / self.seen_usd - 1 if self.expected_usd is not None and self.seen_usd else None


def history(bought: Purchases, until: int) -> History:
    """What was known of each customer at the end of a day: purchases of one day count once."""
    keep = bought.day <= until
    customer, day = bought.customer[keep], bought.day[keep]
    order = np.lexsort((day, customer))
    customer, day, amount = customer[order], day[order], bought.amount[keep][order]
    new_day = np.ones(len(day), bool)
    new_day[1:] = (customer[1:] != customer[:-1]) | (day[1:] != day[:-1])
    starts = np.flatnonzero(new_day)
    amount = np.add.reduceat(amount, starts) if len(starts) else amount
    customer, day = customer[starts], day[starts]
    _, first, days = np.unique(customer, return_index=True, return_counts=True)
    last = first + days - 1
    total = np.add.reduceat(amount, first) if len(first) else amount
    repeats = days - 1
    value = np.where(repeats > 0, (total - amount[first]) / np.maximum(repeats, 1), 0.0)
    return History(repeats.astype(float), (day[last] - day[first]) / 7, (until - day[first]) / 7, value)


def judge(bought: Purchases, *, share: float = 0.5) -> Judged:
    """Fit the first `share` of the weeks and hold the rest out. Raises DataError for a time that is too short."""
    start, end = int(bought.day.min()), int(bought.day.max())
    cut = start + round((end - start) * share)
    held_out = (end - cut) / 7
    if held_out < LEAST_WEEKS:
        raise DataError(
            N_("The purchases span {value} weeks; at least {rule} are needed to hold some out."),
            value=f"{(end - start) / 7:.0f}",
            rule=f"{2 * LEAST_WEEKS:.0f}",
        )
    known = history(bought, cut)
    fit, amounts = fit_bg_nbd(known), fit_amounts(known)
    seen, seen_usd = later(bought, cut)
    expected = fit.expected_of(known, held_out)
    naive = np.where(known.age > 0, known.repeats / np.maximum(known.age, 1 / 7), 0.0) * held_out
    expected_usd = None if amounts is None else expected * amounts.expected(known)
    return Judged(
        fit,
        amounts,
        len(known),
        (cut - start) / 7,
        held_out,
        float(expected.sum()),
        float(seen.sum()),
        float(naive.sum()),
        tuple(_tenths(expected, seen, expected_usd, seen_usd)),
        None if expected_usd is None else float(expected_usd.sum()),
        None if expected_usd is None else float(seen_usd.sum()),
    )


def fit_amounts(known: History) -> GammaGamma | None:
    """What customers spend, of those who spent something on coming back; None when they are too few."""
    paying = (known.repeats > 0) & (known.value > 0)
    if paying.sum() < FEWEST:
        return None
    return fit_gamma_gamma(History(*(part[paying] for part in (known.repeats, known.recency, known.age, known.value))))


def later(bought: Purchases, cut: int) -> tuple[Array, Array]:
    """Days with a purchase after the cut and the amounts of them, of each customer known before it, in their order."""
    known = np.unique(bought.customer[bought.day <= cut])
    after = bought.day > cut
    customer, day, amount = bought.customer[after], bought.day[after], bought.amount[after]
    place = np.searchsorted(known, customer)
    inside = np.flatnonzero((place < len(known)) & (known[np.minimum(place, len(known) - 1)] == customer))
    place, day, amount = place[inside], day[inside], amount[inside]
    pairs = np.unique(np.stack([place, day]), axis=1)[0]
    return (
        np.bincount(pairs, minlength=len(known)).astype(float),
        np.bincount(place, weights=amount, minlength=len(known)).astype(float),
    )


def _tenths(expected: Array, seen: Array, expected_usd: Array | None, seen_usd: Array) -> Sequence[Tenth]:
    order = np.argsort(expected, kind="stable")
    return [
        Tenth(
            len(part),
            float(expected[part].mean()),
            float(seen[part].mean()),
            None if expected_usd is None else float(expected_usd[part].mean()),
            None if expected_usd is None else float(seen_usd[part].mean()),
        )
        for part in np.array_split(order, TENTHS)
        if len(part)
    ]
