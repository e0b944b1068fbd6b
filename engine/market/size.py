"""How large a market is: TAM, SAM and SOM bottom-up and top-down, by Monte Carlo over the ranges that people gave.

    bottom-up    TAM = buyers x spend of one;  SAM = reachable buyers x spend;  SOM = winnable buyers x spend
    top-down     TAM = spend of the trade x relevant share;  SAM = TAM x reachable share;  SOM = SAM x winnable share

Nothing has a default. Draws, from low / value / high as typed:

- buyers and money are *lognormal in two halves*: the value is the median, low and high the 2.5 and 97.5 % points, so a
  range over decades stays a range over decades. The three counts of buyers move together: who is wrong about all is
  wrong about the reachable in the same direction;
- shares, and anything whose low end is 0, are *triangular* with their peak at the value;
- an input without a range is taken as exact, and the result says so.

The value is the product of the typed values; its interval is the 2.5 to 97.5 % range of the draws.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.errors import N_, InputError
from engine.evaluation.proportions import Z95
from engine.evidence import measure
from engine.interval import Interval

Approach = Literal["bottom_up", "top_down"]
Level = Literal["tam", "sam", "som"]
Draws = np.ndarray[tuple[int], np.dtype[np.float64]]
DRAWS, SEED = 20_000, 0
BUYERS, REACHABLE, WINNABLE = "market.buyers", "market.reachable_buyers", "market.winnable_buyers"
SPEND = "market.spend_per_buyer_usd_per_year"
TRADE, RELEVANT = "market.trade_usd_per_year", "market.relevant_share"
REACHABLE_SHARE, WINNABLE_SHARE = "market.reachable_share", "market.winnable_share"
INPUTS: Mapping[Approach, tuple[str, ...]] = {
    "bottom_up": (BUYERS, REACHABLE, WINNABLE, SPEND),
    "top_down": (TRADE, RELEVANT, REACHABLE_SHARE, WINNABLE_SHARE),
}
NEEDS: Mapping[Approach, Mapping[Level, tuple[str, ...]]] = {
    "bottom_up": {"tam": (BUYERS, SPEND), "sam": (REACHABLE, SPEND), "som": (WINNABLE, SPEND)},
    "top_down": {
        "tam": (TRADE, RELEVANT),
        "sam": (TRADE, RELEVANT, REACHABLE_SHARE),
        "som": (TRADE, RELEVANT, REACHABLE_SHARE, WINNABLE_SHARE),
    },
}
APPROACHES: tuple[Approach, ...] = ("bottom_up", "top_down")
LEVELS: tuple[Level, ...] = ("tam", "sam", "som")
NESTED = (BUYERS, REACHABLE, WINNABLE)
"""Each is a part of the one before it."""
MEASURES: Mapping[Level, str] = {level: f"market.{level}_usd_per_year" for level in LEVELS}


@dataclass(frozen=True, slots=True)
class Given:
    """An input as typed; low and high where a range was given."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def exact(self) -> bool:
        """Whether it was given without a range."""
        return self.low is None or self.high is None


@dataclass(frozen=True, slots=True)
class Sized:
    """One level by one approach: its interval, or what it lacks."""

    level: Level
    approach: Approach
    figure: Interval | None
    missing: tuple[str, ...] = ()
    """Measure keys of the inputs that are empty."""
    exact: tuple[str, ...] = ()
    """Measure keys of the inputs that were taken as exact."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What bottom-up says of a level, divided by what top-down says."""

    level: Level
    ratio: Interval
    apart: bool
    """Whether the 95 % interval of the ratio leaves out 1."""


@dataclass(frozen=True, slots=True)
class MarketSize:
    """All that is known of a market's size."""

    sized: Mapping[tuple[Approach, Level], Sized]
    disagreements: tuple[Disagreement, ...] = field(default=())

    def best(self, level: Level) -> Sized:
        """Bottom-up where it is known, for it counts buyers one by one; else top-down."""
        bottom, top = (self.sized[approach, level] for approach in APPROACHES)
        return top if bottom.figure is None and top.figure is not None else bottom


def market_size(given: Mapping[str, Given], *, draws: int = DRAWS, seed: int = SEED) -> MarketSize:
    """Compute what the inputs allow. Raises InputError for what cannot be, such as a SAM above its TAM."""
    check_inputs(given)
    sampled = _sample(given, draws, seed)
    sized: dict[tuple[Approach, Level], Sized] = {}
    drawn: dict[tuple[Approach, Level], Draws] = {}
    for approach in APPROACHES:
        for level in LEVELS:
            needed = NEEDS[approach][level]
            missing = tuple(key for key in needed if key not in given)
            if missing:
                sized[approach, level] = Sized(level, approach, None, missing)
                continue
            product = drawn[approach, level] = np.prod([sampled[key] for key in needed], axis=0)
            exact = tuple(key for key in needed if given[key].exact)
            figure = _interval(math.prod(given[key].value for key in needed), product)
            sized[approach, level] = Sized(level, approach, figure, (), exact)
    return MarketSize(sized, tuple(_disagreements(sized, drawn)))


def check_inputs(given: Mapping[str, Given]) -> None:
    """Raise InputError naming the input, the rule and the value for the first that breaks one."""
    known = [key for keys in INPUTS.values() for key in keys]
    for key, one in given.items():
        if key not in known:
            raise InputError(
                N_("“{name}” is no input of a market's size. Known: {known}."), name=key, known=", ".join(known)
            )
        _check_one(key, one)
    for outer, inner in pairwise(NESTED):
        if outer in given and inner in given:
            _check_nested(outer, given[outer], inner, given[inner])
    if BUYERS in given and WINNABLE in given:
        _check_nested(BUYERS, given[BUYERS], WINNABLE, given[WINNABLE])


def _check_one(key: str, one: Given) -> None:
    found = measure(key)
    for number in (one.value, one.low, one.high):
        if number is None:
            continue
        if not math.isfinite(number) or number < 0:
            raise InputError(
                N_("{label} must be a number from 0 upwards, not {value}."), label=N_(found.title), value=f"{number:g}"
            )
        if found.unit == "share" and number > 1:
            raise InputError(
                N_("{label} must be at most 100 %, not {value} %."), label=N_(found.title), value=f"{100 * number:g}"
            )
    if (one.low is not None and one.low > one.value) or (one.high is not None and one.high < one.value):
        raise InputError(
            N_("{label}: {value} must lie between {low} and {high}."),
            label=N_(found.title),
            value=f"{one.value:g}",
            low="–" if one.low is None else f"{one.low:g}",
            high="–" if one.high is None else f"{one.high:g}",
        )
    if (one.low is None) != (one.high is None):
        raise InputError(N_("{label} needs both ends of its range, or neither."), label=N_(found.title))


def _check_nested(outer: str, whole: Given, inner: str, part: Given) -> None:
    pairs = ((whole.value, part.value), (whole.low, part.low), (whole.high, part.high))
    for most, number in pairs:
        if most is not None and number is not None and number > most:
            raise InputError(
                N_("{inner} ({part}) cannot exceed {outer} ({whole}): a smaller market would hold a larger one."),
                inner=N_(measure(inner).title),
                part=f"{number:g}",
                outer=N_(measure(outer).title),
                whole=f"{most:g}",
            )


def _sample(given: Mapping[str, Given], draws: int, seed: int) -> dict[str, Draws]:
    """Draws of every input; the counts of buyers share their uniform numbers, the others have their own."""
    random = np.random.default_rng(seed)
    uniform = {key: random.random(draws) for keys in INPUTS.values() for key in keys}
    for key in NESTED:
        uniform[key] = uniform[BUYERS]
    sampled = {key: _quantile(one, share=measure(key).unit == "share")(uniform[key]) for key, one in given.items()}
    for outer, inner in ((BUYERS, REACHABLE), (BUYERS, WINNABLE), (REACHABLE, WINNABLE)):
        if outer in sampled and inner in sampled:
            sampled[inner] = np.minimum(sampled[inner], sampled[outer])
    return sampled


def _quantile(one: Given, *, share: bool) -> Callable[[Draws], Draws]:
    """The input's inverse distribution function."""
    low, high = one.low, one.high
    if low is None or high is None or low == high:
        return lambda u: np.full_like(u, one.value)
    if share or low <= 0:
        return lambda u: _triangular(u, low, one.value, high)
    return lambda u: _two_halves(u, low, one.value, high)


def _triangular(u: Draws, low: float, peak: float, high: float) -> Draws:
    width = high - low
    turn = (peak - low) / width
    rising = low + np.sqrt(u * width * (peak - low))
    falling = high - np.sqrt((1 - u) * width * (high - peak))
    return np.where(u < turn, rising, falling)


def _two_halves(u: Draws, low: float, median: float, high: float) -> Draws:
    z = normal_quantile(u)
    return median * np.exp(z * np.where(z < 0, math.log(median / low), math.log(high / median)) / Z95)


def normal_quantile(u: Draws) -> Draws:
    """Acklam's rational approximation of the standard normal quantile, to 1.2e-9 of it; numpy alone."""
    a = (-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.383577518672690e2, -3.066479806614716e1)
    b = (
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
        1.0,
    )
    c = (-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968)
    d = (7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1.0)
    u = np.clip(u, 1e-12, 1 - 1e-12)
    middle = u - 0.5
    square = middle * middle
    inner = np.polyval((*a, 2.506628277459239), square) * middle / np.polyval(b, square)
    tail = np.sqrt(-2 * np.log(np.minimum(u, 1 - u)))
    outer = np.polyval((*c, 2.938163982698783), tail) / np.polyval(d, tail)
    return np.where(np.minimum(u, 1 - u) < 0.02425, np.where(u < 0.5, outer, -outer), inner)


def _interval(value: float, drawn: Draws) -> Interval:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _disagreements(
    sized: Mapping[tuple[Approach, Level], Sized], drawn: Mapping[tuple[Approach, Level], Draws]
) -> "list[Disagreement]":
    found = []
    for level in LEVELS:
        bottom, top = (sized[approach, level].figure for approach in APPROACHES)
        if bottom is None or top is None or top.value <= 0 or bottom.value <= 0:
            continue
        ratios = drawn["bottom_up", level] / np.maximum(drawn["top_down", level], 1e-300)
        ratio = _interval(bottom.value / top.value, ratios)
        found.append(Disagreement(level, ratio, apart=not ratio.low <= 1 <= ratio.high))
    return found
